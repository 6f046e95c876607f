/* Names short and long, for the COFF symbol table; sections with long names come with -g. */
static int local_one(int x) { return x + 1; }
int a_function_with_a_long_name(int x) { return local_one(x); }
int short8(int x) { return x; }
int a_variable = 5;
int start(void) { return a_function_with_a_long_name(a_variable) + short8(1); }
