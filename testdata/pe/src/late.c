/* Calls a DLL through dlltool's delay-import library, with a helper that binds for real. */
#define IMPORT __declspec(dllimport)
extern char __ImageBase;
IMPORT void *__stdcall LoadLibraryA(const char *name);
IMPORT void *__stdcall GetProcAddress(void *module, const char *name);
IMPORT void __stdcall ExitProcess(unsigned);
IMPORT int delay_fn(int);
IMPORT int delay_fn2(int);
void *__stdcall __delayLoadHelper2(const unsigned *descriptor, void **slot) {
  void *module = LoadLibraryA(&__ImageBase + descriptor[1]);
  void **slots = (void **)(&__ImageBase + descriptor[3]);
  __UINTPTR_TYPE__ *names = (__UINTPTR_TYPE__ *)(&__ImageBase + descriptor[4]);
  return *slot = GetProcAddress(module, &__ImageBase + names[slot - slots] + 2);
}
void start(void) { ExitProcess(delay_fn(1) + delay_fn2(2)); }
