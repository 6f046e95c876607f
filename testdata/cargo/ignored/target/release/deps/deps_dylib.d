/tmp/binspect-testdata-cargo/ignored/target/release/deps/deps_dylib.d: deps_dylib/src/lib.rs

/tmp/binspect-testdata-cargo/ignored/target/release/deps/libdeps_dylib.so: deps_dylib/src/lib.rs

deps_dylib/src/lib.rs:
