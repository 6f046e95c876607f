// Uses libfoo for certain, and libbar if it is there.
extern int foo_counter;
int foo_add(int, int);
extern int bar_call(int) __attribute__((weak_import));
int *table[2] = {&foo_counter, &foo_counter + 1};
static const char *messages[2] = {"hello", "world"};
const char **pointer = messages;
int main(int c, char **v) { return foo_add(c, 2) + *table[c % 2] + (bar_call ? bar_call(c) : 0) + pointer[0][0]; }
