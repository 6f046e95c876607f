int to_string(int x) __asm__("__ZN5serde3ser9to_string17h0123456789abcdefE");
int main(int c, char **v) { return to_string(c); }
