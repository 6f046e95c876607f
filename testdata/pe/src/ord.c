int ord_a(int x) { return x + 10; }
int ord_b(int x) { return x + 20; }
int ord_named(int x) { return x + 30; }
