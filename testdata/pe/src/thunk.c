/* Without dllimport the call goes through the import library's jump, which has the function's name. */
int foo_add(int, int);
int start(void) { return foo_add(1, 2); }
