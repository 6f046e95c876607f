__declspec(dllexport) int delay_fn(int x) { return x * 5; }
__declspec(dllexport) int delay_fn2(int x) { return x * 6; }
