/* Data of a DLL without dllimport: GNU ld leaves pseudo relocations to the program's start code. */
extern int foo_counter;
extern int (*foo_ops[4])(int);
int *p = &foo_counter;
int main(int c, char **a) { return foo_ops[c & 3](*p) == 0; }
