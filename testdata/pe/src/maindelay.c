__declspec(dllimport) int delay_fn(int);
__declspec(dllimport) int delay_fn2(int);
__declspec(dllimport) void __stdcall ExitProcess(unsigned);
void *__stdcall __delayLoadHelper2(const void *d, void **p) { (void)d; (void)p; return 0; }
void start(void) { ExitProcess(delay_fn(1) + delay_fn2(2)); }
