/* Two functions by number, one by name. */
__declspec(dllimport) int ord_a(int);
__declspec(dllimport) int ord_b(int);
__declspec(dllimport) int ord_named(int);
void start(void) { volatile int x = ord_a(1) + ord_b(2) + ord_named(3); (void)x; for (;;); }
