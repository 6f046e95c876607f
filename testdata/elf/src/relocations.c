/* One of each: pointers to this file and to others, functions, thread-local storage, an indirect function. */
extern int ext_fn(int);
extern int ext_data;
extern __thread int ext_tls;
__thread int own_tls = 4;
static int v[100];
#define TEN(n) &v[n], &v[n + 1], &v[n + 2], &v[n + 3], &v[n + 4], &v[n + 5], &v[n + 6], &v[n + 7], &v[n + 8], &v[n + 9]
int *const constant_table[100] = {TEN(0), TEN(10), TEN(20), TEN(30), TEN(40), TEN(50), TEN(60), TEN(70), TEN(80), TEN(90)};
int *sparse_table[40] = {[0] = &v[1], [3] = &v[2], [17] = &v[3], [39] = &v[4]};
int *others[7] = {&ext_data, &ext_data, &ext_data, &ext_data, &ext_data, &ext_data, &ext_data};
int (*functions[5])(int) = {ext_fn, ext_fn, ext_fn, ext_fn, ext_fn};
extern int weak_fn(int) __attribute__((weak));
#ifdef IFUNC
static int implementation(int x) { return x + 1; }
/* volatile: a compiler that sees through the resolver leaves no indirect function */
static volatile int choice;
static int another(int x) { return x + 2; }
static int (*resolver(void))(int) { return choice ? another : implementation; }
__attribute__((visibility("hidden"))) int indirect(int) __attribute__((ifunc("resolver")));
int (*indirects[3])(int) = {indirect, indirect, indirect};
#else
int indirect(int x) { return x; }
#endif
int use(int c) {
  return *constant_table[c] + *sparse_table[c] + *others[c] + functions[c](c) + ext_data + ext_tls + own_tls + indirect(c) + ext_fn(c) +
         (weak_fn ? weak_fn(c) : 0);
}
int _start(void) { return use(3); }
