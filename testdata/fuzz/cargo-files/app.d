/w/target/debug/deps/app-0123456789abcdef: src/main.rs src/a\ b.rs

src/main.rs:
src/a\ b.rs:
