int unused_call(int x) { return x * 3; }
