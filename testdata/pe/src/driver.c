__declspec(dllimport) unsigned long DbgPrint(const char *, ...);
long start(void *driver, void *path) { DbgPrint("hello"); return 0; }
