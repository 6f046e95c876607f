int bar_data[4] = {1, 2, 3, 4};
int bar_call(int x) { return bar_data[x & 3]; }
