/tmp/binspect-testdata-cargo/ignored/target/release/deps/app-bc341d822c324474.d: app/src/main.rs

/tmp/binspect-testdata-cargo/ignored/target/release/deps/app-bc341d822c324474: app/src/main.rs

app/src/main.rs:
