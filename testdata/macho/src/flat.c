int resolved_elsewhere(int);
extern int data_elsewhere;
int *pointer = &data_elsewhere;
int flat_call(int x) { return resolved_elsewhere(x) + *pointer; }
