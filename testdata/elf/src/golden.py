#!/usr/bin/env python3
"""golden.py FOLDER: writes NAME.tsv beside each ELF file: what readelf and llvm-readelf-19 say of it.

Lines are "type NAME COUNT", "needed NAME", "soname NAME", "runpath PATH", "rpath PATH", "imports N", "exports N", "machine NAME", "version NAME".
Types are those of the dynamic relocations; RELR is the number of places."""
import os, re, subprocess, sys, collections

ENV = dict(os.environ, LC_ALL='C')


def say(*command):
    return subprocess.run(command, capture_output=True, env=ENV).stdout.decode('utf8', 'replace').splitlines()


def types(path, tool, option):
    """-> {section: {type: count}}"""
    tables, table = collections.OrderedDict(), None
    for line in say(tool, option, '-W', path):
        m = re.match(r"Relocation section '(.*)' at offset", line) or re.match(r"'(.*)' relocation section at offset", line)
        if m:
            table = tables.setdefault(m.group(1), collections.Counter())
            m = re.search(r'relr.* contains (\d+) entries:', line)
            if m and tool != 'readelf':
                table['RELR'] = int(m.group(1))
            continue
        m = re.match(r'\s*(\d+) offsets?$', line)
        if m and table is not None:
            table['RELR'] = int(m.group(1))
            continue
        p = line.split()
        if table is not None and len(p) >= 3 and re.fullmatch('[0-9a-f]{8,}', p[0]) and re.fullmatch('[0-9a-f]{8,}', p[1]):
            table[p[2]] += 1
    return tables


def golden(path):
    head = '\n'.join(say('readelf', '-hlW', path))
    out = ['machine ' + re.search(r'Machine:\s*(.*)', head).group(1)]
    dynamic = '\n'.join(say('readelf', '-dW', path))
    if 'Type:                              REL' not in head and not path.endswith('.debug'):
        packed = 'ANDROID_REL' in '\n'.join(say('llvm-readelf-19', '-d', path))
        hexagon = 'DSP6' in head
        sections = 'There are no sections' not in '\n'.join(say('readelf', '-S', path))
        if packed or hexagon:
            # Only llvm-readelf knows Android's tables and Hexagon; of RELR it prints the number of places.
            tables = types(path, 'llvm-readelf-19', '-r')
        elif sections:
            tables = types(path, 'readelf', '-r')
        else:
            tables = types(path, 'readelf', '-rD')
        sums = collections.Counter()
        for table in tables.values():
            sums.update(table)
        out += ['type %s %d' % (n, c) for n, c in sorted(sums.items())]
    out += ['needed ' + n for n in re.findall(r'\(NEEDED\).*\[(.*)\]', dynamic)]
    out += ['soname ' + n for n in re.findall(r'\(SONAME\).*\[(.*)\]', dynamic)]
    out += ['rpath ' + n for n in re.findall(r'\(RPATH\).*\[(.*)\]', dynamic)]
    out += ['runpath ' + n for n in re.findall(r'\(RUNPATH\).*\[(.*)\]', dynamic)]
    m = re.search(r'Requesting program interpreter: (.*)\]', head)
    if m:
        out.append('interpreter ' + m.group(1))
    imports = exports = 0
    seen = False
    for line in say('llvm-readelf-19', '--dyn-symbols', path):
        p = line.split()
        if len(p) >= 7 and re.fullmatch(r'\d+:', p[0]):
            seen = True
            if p[4] in ('GLOBAL', 'WEAK', 'UNIQUE'):
                ndx = re.sub(r'\[.*?\]\s*', '', ' '.join(p[6:])).split()[0]
                if ndx == 'UND':
                    imports += len(p) > 7
                elif p[5] in ('DEFAULT', 'PROTECTED'):
                    exports += 1
    if seen:
        out += ['imports %d' % imports, 'exports %d' % exports]
    m = re.search(r'Build ID: ([0-9a-f]+)', '\n'.join(say('readelf', '-nW', path)))
    if m:
        out.append('buildid ' + m.group(1))
    return out


for name in sorted(os.listdir(sys.argv[1])):
    path = os.path.join(sys.argv[1], name)
    if os.path.isfile(path) and not name.endswith('.tsv') and open(path, 'rb').read(4) == b'\x7fELF':
        with open(path + '.tsv', 'w') as f:
            f.write('\n'.join(golden(path)) + '\n')
