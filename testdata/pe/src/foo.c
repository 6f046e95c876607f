/* A library: two functions, a counter and a table of pointers that the loader relocates. */
static int one(int x) { return x + 1; }
static int two(int x) { return x + 2; }
__declspec(dllexport) int foo_counter = 7;
__declspec(dllexport) int (*foo_ops[4])(int) = {one, two, one, two};
__declspec(dllexport) int foo_add(int a, int b) { foo_counter++; return foo_ops[a & 3](b); }
int _DllMainCRTStartup(void *h, unsigned r, void *p) { return 1; }
