/tmp/binspect-testdata-cargo/used/target/release/deps/alpha-7dc1e7ec9f32a975.d: alpha/src/lib.rs

/tmp/binspect-testdata-cargo/used/target/release/deps/libalpha-7dc1e7ec9f32a975.rlib: alpha/src/lib.rs

/tmp/binspect-testdata-cargo/used/target/release/deps/libalpha-7dc1e7ec9f32a975.rmeta: alpha/src/lib.rs

alpha/src/lib.rs:
