/* What relocations.c takes from another library. */
int ext_fn(int x) { return x; }
int ext_data = 9;
__thread int ext_tls = 2;
void *__tls_get_addr(void *p) { return p; }
void *__tls_get_offset(void *p) { return p; }
void *__aeabi_read_tp(void) { return 0; }
