"""bind.py APP OUT: stamps every import as bound and puts a bound import directory behind the section table, as
bind.exe did. The first DLL forwards to NTDLL.DLL. No free linker writes this."""
import struct, sys

b = bytearray(open(sys.argv[1], 'rb').read())
pe, = struct.unpack_from('<I', b, 60)
opt = pe + 24
magic, = struct.unpack_from('<H', b, opt)
dirs = opt + (96 if magic == 0x10b else 112)
count, = struct.unpack_from('<H', b, pe + 6)
table = opt + struct.unpack_from('<H', b, pe + 20)[0]
end = table + 40 * count
headers, = struct.unpack_from('<I', b, opt + 60)


def offset(rva):
    for i in range(count):
        size, address, raw, at = struct.unpack_from('<IIII', b, table + 40 * i + 8)
        if address <= rva < address + max(size, raw):
            return at + rva - address


names = []
at = offset(struct.unpack_from('<I', b, dirs + 8)[0])
while struct.unpack_from('<I', b, at + 12)[0]:
    n = offset(struct.unpack_from('<I', b, at + 12)[0])
    names.append(bytes(b[n:b.index(0, n)]))
    struct.pack_into('<II', b, at + 4, 0xffffffff, 0xffffffff)
    at += 20
rows = strings = b''
start = 8 * (len(names) + 2)
for i, name in enumerate(names):
    rows += struct.pack('<IHH', 0x5f000000 + i, start + len(strings), 1 if i == 0 else 0)
    strings += name + b'\0'
    if i == 0:
        rows += struct.pack('<IHH', 0x5e000000, start + len(strings), 0)
        strings += b'NTDLL.DLL\0'
blob = rows + bytes(8) + strings
assert end + len(blob) <= headers
b[end:end + len(blob)] = blob
struct.pack_into('<II', b, dirs + 8 * 11, end, len(blob))
open(sys.argv[2], 'wb').write(b)
