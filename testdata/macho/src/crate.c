// Symbols as rustc names them (legacy and v0), in a dylib.
int to_string(int x) __asm__("__ZN5serde3ser9to_string17h0123456789abcdefE");
int to_string(int x) { return x + 1; }
int parse(int x) __asm__("__RNvNtCs1234_5serde2de5parse");
int parse(int x) { return x + 2; }
