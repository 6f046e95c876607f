#!/usr/bin/env python3
"""make-testdata-macho.py FOLDER: Mach-O files put together byte by byte, and truth.tsv: what each one holds, counted while it is made.

Layouts: <mach-o/loader.h>, <mach-o/fixup-chains.h>, <mach-o/reloc.h>, <mach-o/nlist.h>."""
import os
import struct
import sys
import zlib
from collections import Counter

OUT = sys.argv[1]
os.makedirs(OUT, exist_ok=True)
TEXT = 0x1000  # bytes of __TEXT
TRUTH = []
CPU = {'x86_64': (0x1000007, 3), 'arm64': (0x100000C, 0), 'arm64e': (0x100000C, 0x80000002), 'i386': (7, 3), 'arm': (12, 12), 'ppc': (18, 0)}


def truth(name, **facts):
    for key, value in facts.items():
        TRUTH.append((name, key, str(value)))


def uleb(value):
    out = bytearray()
    while True:
        low, value = value & 127, value >> 7
        out.append(low | (128 if value else 0))
        if not value:
            return bytes(out)


class Image:
    """__TEXT, __DATA of some pages, __LINKEDIT, and the load commands that are added."""

    def __init__(self, arch, pages=2, page=0x1000, filetype=6, flags=0x85, base=0):
        self.cpu, self.order, self.wide = CPU[arch], '>' if arch == 'ppc' else '<', CPU[arch][0] >> 24 == 1
        self.filetype, self.flags, self.base, self.page = filetype, flags, base, page
        self.data, self.link, self.commands = bytearray(pages * page), bytearray(), []

    def command(self, number, body):
        body += bytes(-len(body) % 8)
        self.commands.append(struct.pack(self.order + 'II', number, 8 + len(body)) + body)

    def dylib(self, name, number=0xC):
        self.command(number, struct.pack(self.order + '4I', 24, 2, 0x10000, 0x10000) + name.encode() + b'\0')

    def linkedit(self, blob):
        """Puts bytes into __LINKEDIT; gives their file offset and size."""
        self.link += bytes(-len(self.link) % 8)
        at = TEXT + len(self.data) + len(self.link)
        self.link += blob
        return at, len(blob)

    def put(self, offset, value):
        struct.pack_into(self.order + ('Q' if self.wide else 'I'), self.data, offset, value)

    def segment(self, name, address, memory, offset, size, protection, sections=()):
        head = name.encode().ljust(16, b'\0') + struct.pack(self.order + ('4Q4I' if self.wide else '8I'), address, memory, offset, size, protection, protection, len(sections), 0)
        for section, start, length, at, flags in sections:
            head += section.encode().ljust(16, b'\0') + name.encode().ljust(16, b'\0')
            head += struct.pack(self.order + ('2Q8I' if self.wide else '9I'), start, length, at, 3, 0, 0, flags, 0, 0, *([0] if self.wide else []))
        return struct.pack(self.order + 'II', 0x19 if self.wide else 1, 8 + len(head)) + head

    def bytes(self, starts=b''):
        text = [('__text', self.base + 0x800, 16, 0x800, 0x80000400)]
        if starts:
            text.append(('__chain_starts', self.base + 0x900, len(starts), 0x900, 0))
        commands = [
            self.segment('__TEXT', self.base, TEXT, 0, TEXT, 5, text),
            self.segment('__DATA', self.base + TEXT, len(self.data), TEXT, len(self.data), 3, [('__data', self.base + TEXT, len(self.data), TEXT, 0)]),
            self.segment('__LINKEDIT', self.base + TEXT + len(self.data), (len(self.link) + 0xFFF) & ~0xFFF, TEXT + len(self.data), len(self.link), 1),
        ] + self.commands
        body = b''.join(commands)
        head = struct.pack(self.order + '7I', 0xFEEDFACF if self.wide else 0xFEEDFACE, *self.cpu, self.filetype, len(commands), len(body), self.flags)
        whole = bytearray(TEXT)
        head += bytes(4 if self.wide else 0)
        assert len(head) + len(body) < 0x800
        whole[:len(head) + len(body)] = head + body
        whole[0x800:0x810] = b'\xc3' * 16
        whole[0x900:0x900 + len(starts)] = starts
        return bytes(whole + self.data + self.link)

    def write(self, name, starts=b''):
        content = self.bytes(starts)
        with open(os.path.join(OUT, name), 'wb') as file:
            file.write(content)
        return content


# number: architecture, bytes of a pointer, stride, most steps of next, lowest bit of next, kinds of pointers
REBASE, BIND, AUTH_REBASE, AUTH_BIND = 'rebase', 'bind', 'authRebase', 'authBind'
FULL, PLAIN, ONE, SIGNED = (REBASE, BIND, AUTH_REBASE, AUTH_BIND), (REBASE, BIND), (REBASE,), (REBASE, AUTH_REBASE)
FORMATS = {
    1: ('arm64e', 8, 8, 2047, 51, FULL), 2: ('arm64', 8, 4, 4095, 51, PLAIN), 3: ('arm', 4, 4, 31, 26, PLAIN), 4: ('arm', 4, 4, 3, 30, ONE),
    5: ('arm', 4, 4, 63, 26, ONE), 6: ('arm64', 8, 4, 4095, 51, PLAIN), 7: ('arm64e', 8, 4, 2047, 51, FULL), 8: ('arm64', 8, 4, 4095, 51, SIGNED),
    9: ('arm64e', 8, 8, 2047, 51, FULL), 10: ('arm64e', 8, 4, 2047, 51, FULL), 11: ('x86_64', 8, 1, 4095, 51, SIGNED), 12: ('arm64e', 8, 8, 2047, 51, FULL),
    13: ('arm64e', 8, 8, 2047, 52, SIGNED), 14: ('arm64e', 8, 4, 4095, 51, SIGNED),
}


def pointer(number, kind, ordinal, steps):
    _, width, _, most, shift, kinds = FORMATS[number]
    assert steps <= most
    value = steps << shift
    if kind in (BIND, AUTH_BIND):
        value |= ordinal
        value |= 1 << (31 if width == 4 else 62 if kinds is FULL else 63)
    else:
        value |= 0x800
    if kind in (AUTH_REBASE, AUTH_BIND):
        value |= 1 << 63
    return value


def fill(image, number, page, offsets, imports, counts, uses):
    """One chain through a page."""
    kinds, stride = FORMATS[number][5], FORMATS[number][2]
    for i, offset in enumerate(offsets):
        steps = (offsets[i + 1] - offset) // stride if i + 1 < len(offsets) else 0
        kind = kinds[(i * 5 + page) % len(kinds)]
        ordinal = (i + page) % len(imports)
        image.put(page * image.page + offset, pointer(number, kind, ordinal, steps))
        counts[kind] += 1
        if kind in (BIND, AUTH_BIND):
            uses[imports[ordinal][0]] += 1


def chained(name, number, table=1, packed=False, several=False, page=0x1000, special=False):
    arch, width, stride, most, _, _ = FORMATS[number]
    image = Image(arch, pages=3, page=page)
    image.dylib('@rpath/' + name, 0xD)
    for library in ('/usr/lib/libSystem.B.dylib', '@rpath/libfoo.dylib', '@rpath/libunused.dylib'):
        image.dylib(library)
    imports = [(1 + i % 2, i % 3 == 2, '_symbol%d' % i) for i in range(6)]
    if special:
        imports += [(0, False, '_own'), (-1, False, '_in_program'), (-2, False, '_flat'), (-3, True, '_weak')]
    counts, uses, starts, lists = Counter(), Counter(), [], []
    step = min(most * stride, 24 if width == 8 else 12) // max(stride, width) * max(stride, width)
    for p in range(3):
        if p == 1:  # a page without fixups
            starts.append(0xFFFF)
            continue
        first = 3 if stride == 1 else 8
        chains = [[first + i * step for i in range(40)]]
        if several:
            chains = [[0, 8, 16, 100], [2000, 2004], [2300 + 4 * i for i in range(5)]]
        for chain in chains:
            fill(image, number, p, chain, imports, counts, uses)
        if several:
            starts.append(0x8000 | (3 + len(lists)))
            lists += [chain[0] for chain in chains[:-1]] + [0x8000 | chains[-1][0]]
        else:
            starts.append(first)
    names, entries = b'\0', b''
    for ordinal, weak, symbol in imports:
        at = len(names)
        names += symbol.encode() + b'\0'
        if table == 3:
            entries += struct.pack('<Qq', ordinal & 0xFFFF | weak << 16 | at << 32, 16)
        else:
            entries += struct.pack('<I', ordinal & 255 | weak << 8 | at << 9) + (struct.pack('<i', 16) if table == 2 else b'')
    if packed:
        names = zlib.compress(names)
    pages = struct.pack('<IHHQIH', 22 + 2 * len(starts + lists), page, number, TEXT, 0, 3) + b''.join(struct.pack('<H', s) for s in starts + lists)
    in_image = struct.pack('<4I', 3, 0, 16, 0) + pages
    in_image += bytes(-len(in_image) % 8)
    at = 32 + len(in_image)
    blob = struct.pack('<8I', 0, 32, at, at + len(entries), len(imports), table, int(packed), 0) + in_image + entries + names
    image.command(0x80000034, struct.pack('<2I', *image.linkedit(blob)))
    libraries = {0: '<self>', -1: '<main-executable>', -2: '<flat-lookup>', -3: '<weak-lookup>', 1: '/usr/lib/libSystem.B.dylib', 2: '@rpath/libfoo.dylib'}
    binds = counts[BIND] + counts[AUTH_BIND]
    truth(name, chainedRebase=counts[REBASE] + counts[AUTH_REBASE], chainedBind=binds, authenticated=counts[AUTH_REBASE] + counts[AUTH_BIND], imports=len(imports), pages=2)
    for ordinal, count in sorted(uses.items()):
        truth(name, **{'library ' + libraries[ordinal]: count})
    return image.write(name)


for number in FORMATS:
    content = chained('format%02d.dylib' % number, number)
    if number == 6:
        chain_file = content
chained('imports2.dylib', 6, table=2)
chained('imports3.dylib', 12, table=3)
chained('compressed-names.dylib', 6, packed=True)
chained('several-starts.dylib', 3, several=True)
chained('special-ordinals.dylib', 6, special=True)

# Firmware: the starts of the chains stand in a section, and no command speaks of them.
image, offsets = Image('arm64e', pages=1, filetype=2, flags=1), [0x10, 0x30, 0x70]
for i, offset in enumerate(offsets):
    image.put(offset, pointer(10, REBASE, 0, (offsets[i + 1] - offset) // 4 if i < 2 else 0))
image.write('firmware', struct.pack('<3I', 10, 1, TEXT + 0x10))
truth('firmware', chainedRebase=3)

# The first arm64e systems: a table of symbols, then chains through the data.
image, counts = Image('arm64e', pages=1), Counter()
image.dylib('@rpath/threaded.dylib', 0xD)
image.dylib('/usr/lib/libSystem.B.dylib')
image.dylib('@rpath/libfoo.dylib')
for i in range(20):
    kind = FULL[i % 4]
    counts[kind] += 1
    image.put(0x40 + 16 * i, pointer(1, kind, i % 3, 2 if i < 19 else 0))
ops = b'\xd0' + uleb(3)
for ordinal, symbol in ((1, b'_a'), (2, b'_b'), (2, b'_c')):
    ops += bytes([0x10 | ordinal, 0x40]) + symbol + b'\0\x51\x90'
ops += b'\x71' + uleb(0x40) + b'\xd1\0'
at, size = image.linkedit(ops)
image.command(0x80000022, struct.pack('<10I', 0, 0, at, size, 0, 0, 0, 0, 0, 0))
image.write('threaded.dylib')
truth('threaded.dylib', rebase=counts[REBASE] + counts[AUTH_REBASE], bind=counts[BIND] + counts[AUTH_BIND], authenticated=counts[AUTH_REBASE] + counts[AUTH_BIND])

# Every opcode of LC_DYLD_INFO.
image = Image('x86_64', pages=4)
image.dylib('@rpath/opcodes.dylib', 0xD)
for i in range(20):
    image.dylib('@rpath/lib%02d.dylib' % i)
rebase = b'\x11\x21' + uleb(0) + b'\x53' + b'\x30' + uleb(0x100) + b'\x42' + b'\x60' + uleb(200) + b'\x70' + uleb(0x20) + b'\x80' + uleb(17) + uleb(24) + b'\x51\0'
bind = b'\x51\x71' + uleb(0x800) + b'\x11\x40_one\0\x90' + b'\x20' + uleb(19) + b'\x41_weakimport\0\x60\x78\xa0' + uleb(8) + b'\x3e\x40_flat\0\x60\0\xb3'
bind += b'\x3f\x40_program\0\x80' + uleb(0x10) + b'\xc0' + uleb(33) + uleb(8) + b'\x10\x40_own\0\x90\0'
weak = b'\x48_strong\0\x40_weak\0\x51\x71' + uleb(0x2000) + b'\x90\x90\0'
lazy = b''.join(b'\x71' + uleb(0x3000 + 8 * i) + bytes([0x11 + i % 2, 0x40]) + b'_lazy%d\0\x90\0' % i for i in range(5))
# A trie of _a, _bc (weak) and _d (reexported from the second library under its own name).
nodes = [b'\2\0\x10\0', b'\2\4\x20\0', b'\3\x08\2\0\0']
root = b'\0\1_\0\5'
edges = b'\0\3a\0' + bytes([17]) + b'bc\0' + bytes([21]) + b'd\0' + bytes([25])
assert len(root + edges) == 17 - 0, len(root + edges)
trie = root + edges + b''.join(nodes)
tables = [image.linkedit(part) for part in (rebase, bind, weak, lazy, trie)]
image.command(0x80000022, struct.pack('<10I', *sum(tables, ())))
image.write('opcodes.dylib')
truth('opcodes.dylib', rebase=3 + 200 + 1 + 17 + 1, bind=1 + 1 + 1 + 33 + 1, weakBind=2, lazyBind=5, exports=3, weakDefinitions=1)
opcodes = image.bytes()


def classic(name, arch, filetype=6):
    """External and local relocations, as before LC_DYLD_INFO."""
    image = Image(arch, pages=1, filetype=filetype)
    if filetype == 6:
        image.dylib('@rpath/' + name, 0xD)
    image.dylib('/usr/lib/libSystem.B.dylib')
    image.dylib('@rpath/libfoo.dylib')
    order = image.order
    strings = b'\0_first\0_second\0_own\0'

    def symbol(at, kind, section, description, value):
        return struct.pack(order + ('IBBHQ' if image.wide else 'IBBHI'), at, kind, section, description, value)

    symbols = symbol(16, 0x0F, 1, 0, 0x800) + symbol(1, 1, 0, 1 << 8, 0) + symbol(8, 1, 0, 2 << 8, 0)

    def relocation(address, number, external):
        length = 3 if image.wide else 2
        if order == '<':
            return struct.pack('<iI', address, number | length << 25 | external << 27)
        return struct.pack('>iI', address, number << 8 | length << 5 | external << 4)

    base = 0 if arch == 'x86_64' else TEXT
    outer = b''.join(relocation(base + 8 * i, 1 + i % 2, 1) for i in range(7))
    inner = b''.join(relocation(base + 0x100 + 8 * i, 1, 0) for i in range(11))
    count = 11
    if arch == 'i386':
        inner += struct.pack('<2I', 0x80000000 | 2 << 28 | base + 0x200, TEXT)  # a scattered one
        count += 1
    s, t, e, l = (image.linkedit(part)[0] for part in (symbols, strings, outer, inner))
    image.command(2, struct.pack(order + '4I', s, 3, t, len(strings)))
    image.command(0xB, struct.pack(order + '18I', 0, 0, 0, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, e, 7, l, count))
    image.write(name)
    truth(name, external=7, local=count, imports=2, exports=1, pages=1)
    truth(name, **{'library /usr/lib/libSystem.B.dylib': 4, 'library @rpath/libfoo.dylib': 3})


classic('classic-i386.dylib', 'i386')
classic('classic-x86_64.dylib', 'x86_64')
classic('classic-ppc.dylib', 'ppc')
classic('kext-x86_64', 'x86_64', 11)

# Every way to need a library.
image = Image('arm64', pages=1, filetype=2)
KINDS = (('load', 0xC), ('weak', 0x80000018), ('reexport', 0x8000001F), ('lazy', 0x20), ('upward', 0x80000023))
for kind, number in KINDS:
    image.dylib('@rpath/lib%s.dylib' % kind, number)
image.command(0xC, struct.pack('<5I', 28, 0x1A741800, 0x10000, 0x10000, 8) + b'@rpath/libdelay.dylib\0')
image.command(0x80000018, struct.pack('<5I', 28, 0x1A741800, 0x10000, 0x10000, 9) + b'@rpath/libweakdelay.dylib\0')
for path in ('@loader_path/../lib', '@executable_path/x', '/absolute', '@rpath/nested'):
    image.command(0x8000001C, struct.pack('<I', 12) + path.encode() + b'\0')
image.command(0x27, struct.pack('<I', 12) + b'DYLD_LIBRARY_PATH=/own\0')
image.write('every-kind')
for kind, _ in KINDS:
    truth('every-kind', **{'needed @rpath/lib%s.dylib' % kind: kind})
truth('every-kind', **{'needed @rpath/libdelay.dylib': 'delay', 'needed @rpath/libweakdelay.dylib': 'weak', 'rpaths': 4})


# Damage: the fact is what the reader must not claim to know.
def damaged(name, content, *unknown):
    with open(os.path.join(OUT, name), 'wb') as file:
        file.write(content)
    for what in unknown:
        truth(name, unknown=what)


def find(content, number):
    at = 32
    while struct.unpack_from('<I', content, at)[0] != number:
        at += struct.unpack_from('<I', content, at + 4)[0]
    return at


def changed(content, at, form, value):
    copy = bytearray(content)
    struct.pack_into(form, copy, at, value)
    return bytes(copy)


command = find(chain_file, 0x80000034)
blob, = struct.unpack_from('<I', chain_file, command + 8)
segment = blob + 32 + 16
damaged('bad-page-start.dylib', changed(chain_file, segment + 22, '<H', 0x1FF0), 'relocations')
damaged('bad-pointer-format.dylib', changed(chain_file, segment + 6, '<H', 99), 'relocations')
damaged('bad-size.dylib', changed(chain_file, command + 12, '<I', 0xFFFFFFFF), 'relocations')
damaged('bad-command-size.dylib', changed(chain_file, 36, '<I', 0), 'relocations', 'imports', 'exports')
damaged('cut-off.dylib', chain_file[:-60], 'relocations')
at = opcodes.index(rebase)
damaged('bad-rebase-times.dylib', opcodes[:at] + b'\x11\x21\0\x60' + uleb(0x7FFFFFFFFFFF) + opcodes[at + 11:], 'relocations')
bar = struct.pack('>2I', 0xCAFEBABE, 2) + struct.pack('>5I', 0x100000C, 0, 64, len(chain_file), 3) + struct.pack('>5I', 0x1000007, 3, 0xFFFFF000, 4096, 12)
damaged('bad-universal', bar + bytes(64 - len(bar)) + chain_file, 'second slice')
with open(os.path.join(OUT, 'truth.tsv'), 'w') as file:
    for row in TRUTH:
        file.write('\t'.join(row) + '\n')
