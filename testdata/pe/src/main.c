/* A program that uses foo.dll, and has three pointers of its own. */
#ifdef STATIC
#define IMP
#else
#define IMP __declspec(dllimport)
#endif
IMP int foo_add(int, int);
IMP extern int foo_counter;
__declspec(dllimport) void __stdcall ExitProcess(unsigned);
static int v[3] = {1, 2, 3};
int *volatile tab[3] = {&v[0], &v[1], &v[2]};
void start(void) { ExitProcess(foo_add(*tab[0], 2) + foo_counter); }
