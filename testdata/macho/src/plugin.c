extern int foo_counter;
int main(int, char **);
int *pointer = &foo_counter;
int plugin_entry(int x) { return x ? main(x, 0) : *pointer; }
