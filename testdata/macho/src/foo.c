// Rebases in constants and in data, a bind to the C library, calls through stubs.
#include <stddef.h>
int puts(const char *);
void *malloc(size_t);
void free(void *);
static int one(int x) { return x + 1; }
static int two(int x) { return x + 2; }
int (*const foo_operations[4])(int) = {one, two, one, two};
const char *foo_names[3] = {"alpha", "beta", "gamma"};
int foo_counter = 7;
__thread int foo_local = 3;
void *(*foo_allocate)(size_t) = malloc;
int foo_add(int a, int b) { foo_counter++; foo_local++; return foo_operations[a & 3](b); }
const char *foo_name(int i) { void *p = malloc(8); free(p); puts(foo_names[i % 3]); return foo_names[i % 3]; }
