__thread int tl = 3;
int main(int c, char **a) { tl += c; return tl == 0; }
