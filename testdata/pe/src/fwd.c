__declspec(dllexport) int fwd_own(int x) { return x; }
int _DllMainCRTStartup(void *h, unsigned r, void *p) { return 1; }
