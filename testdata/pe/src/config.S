/* A load configuration of a hybrid image: CHPE metadata and a table of ARM64X dynamic relocations. */
#if defined(HYBRID)
    .section .rdata,"dr"
    .globl _load_config_used
    .p2align 3
_load_config_used:
    .long 0x140                 /* Size */
    .fill 196, 1, 0
    .quad chpe                  /* CHPEMetadataPointer, offset 200 */
    .fill 16, 1, 0
    .long 0                     /* DynamicValueRelocTableOffset, 224 */
    .short 0                    /* DynamicValueRelocTableSection */
    .fill 90, 1, 0
chpe:
    .long 1
    .fill 76, 1, 0
#else
    .section .rdata,"dr"
    .globl _load_config_used
    .p2align 3
_load_config_used:
    .long 0x140
    .fill 74, 1, 0
    .short 0x800                /* DependentLoadFlags: LOAD_LIBRARY_SEARCH_SYSTEM32 */
    .quad 0
    .quad __security_cookie
    .fill 224, 1, 0
    .data
    .p2align 3
__security_cookie:
    .quad 0x2b992ddfa232
#endif
