import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeTaint,
  parseCommandLine,
  parseCpuinfo,
  parseFstab,
  parseGroup,
  parseMeminfo,
  parseModules,
  parseMountinfo,
  parsePasswd,
  parseSwaps,
} from '@hostwright/facts'
import { parseKernelList, parseSelection } from '../src/internal/number-text.ts'
import { parseAssignments } from '../src/internal/key-value.ts'
import { formatInet6 } from '../src/inet6-tables.ts'
import { parseLocalAddresses, parseRoutes } from '../src/inet4-tables.ts'

describe('parseAssignments', () => {
  it.each([
    ['ID=debian', 'debian'],
    ["ID='de bian'", 'de bian'],
    ['ID="a \\"b\\" \\$c \\n"', 'a "b" $c \\n'],
    ["ID='it'\\''s'", "it's"],
    ['ID=a\\ b c', 'a b'],
    ['export ID=x', 'x'],
    ['ID=', ''],
    ['ID="not closed', 'not closed'],
  ])('reads %s', (line, value) => {
    expect(parseAssignments(`# comment\n${line}\n`).get('ID')).toBe(value)
  })

  it('gives back any value that was quoted as os-release(5) says', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        fc.pre(!/[\n\r\u2028\u2029]/.test(value))
        const quoted = `"${value.replace(/["$`\\]/g, '\\$&')}"`
        expect(parseAssignments(`KEY=${quoted}`).get('KEY')).toBe(value)
      }),
    )
  })
})

describe('parseCommandLine', () => {
  it('splits as the kernel does', () => {
    expect(parseCommandLine('quiet a.b="1 2" "c=3 4" =x d= -- --flag x=y\n')).toEqual({
      text: 'quiet a.b="1 2" "c=3 4" =x d= -- --flag x=y',
      parameters: [{ name: 'quiet' }, { name: 'a.b', value: '1 2' }, { name: 'c', value: '3 4' }, { name: '=x' }, { name: 'd', value: '' }],
      initArguments: ['--flag', 'x=y'],
    })
  })
})

describe('decodeTaint', () => {
  it('names each bit', () => {
    expect(decodeTaint(0x1001)).toEqual({
      value: 0x1001,
      flags: [
        { bit: 0, letter: 'P', meaning: 'a proprietary module was loaded', kind: 'notice' },
        { bit: 12, letter: 'O', meaning: 'a module from outside the kernel was loaded', kind: 'notice' },
      ],
    })
  })

  it('keeps a bit that is not known', () => {
    expect(decodeTaint(2 ** 40).flags).toEqual([{ bit: 40, letter: '?', meaning: 'bit 40 is set, which is not known here', kind: 'notice' }])
  })
})

describe('parseModules', () => {
  it('reads users, state and taint', () => {
    expect(
      parseModules('nvidia 54296576 62 nvidia_uvm,nvidia_modeset, Live 0x0 (POE)\nloop 40960 - - Loading 0x0 (+)\nnfs 1 1 [permanent], Live 0x0\nbroken\n'),
    ).toEqual([
      { name: 'nvidia', sizeBytes: 54_296_576, references: 62, usedBy: ['nvidia_uvm', 'nvidia_modeset'], state: 'live', taint: 'POE' },
      { name: 'loop', sizeBytes: 40_960, references: 0, usedBy: [], state: 'loading' },
      { name: 'nfs', sizeBytes: 1, references: 1, usedBy: [], state: 'live' },
    ])
  })
})

describe('parseMountinfo', () => {
  it('undoes escapes and reads optional fields', () => {
    expect(parseMountinfo('36 35 98:0 /mnt1 /mnt\\0402\\134 rw,noatime shared:1 master:2 - ext3 /dev/root rw,errors=continue\n')).toEqual([
      {
        id: 36,
        parentId: 35,
        major: 98,
        minor: 0,
        root: '/mnt1',
        mountPoint: '/mnt 2\\',
        options: ['rw', 'noatime'],
        propagation: ['shared:1', 'master:2'],
        type: 'ext3',
        source: '/dev/root',
        superOptions: ['rw', 'errors=continue'],
      },
    ])
  })

  it('reads a mount without a source', () => {
    expect(parseMountinfo('1 2 0:3 / /x rw -  tmpfs  rw\n1 2 0:3 / /x rw - tmpfs  rw\n')).toMatchObject([{ type: 'tmpfs', source: '' }])
  })
})

describe('parseFstab', () => {
  it('fills in what is left out', () => {
    expect(parseFstab('# x\n\nLABEL=a\\040b / ext4\n//s/c /m cifs user,ro 0 9\ntwo fields\n')).toEqual([
      { line: 3, source: 'LABEL=a b', mountPoint: '/', type: 'ext4', options: ['defaults'], dump: 0, pass: 0 },
      { line: 4, source: '//s/c', mountPoint: '/m', type: 'cifs', options: ['user', 'ro'], dump: 0, pass: 9 },
    ])
  })
})

describe('parsePasswd and parseGroup', () => {
  it('report lines that are no accounts and go on', () => {
    expect(parsePasswd('root:x:0:0:root:/root:/bin/bash\nbad:x:a:0:::\n+::::::\nshort:x\nlast:x:5:6:::/usr/sbin/nologin')).toEqual({
      entries: [
        { name: 'root', uid: 0, gid: 0, comment: 'root', home: '/root', shell: '/bin/bash', canLogin: true },
        { name: 'last', uid: 5, gid: 6, comment: '', home: '', shell: '/usr/sbin/nologin', canLogin: false },
      ],
      problems: [
        { line: 2, message: 'the user number is a' },
        { line: 4, message: 'it has 2 fields instead of 7' },
      ],
    })
    expect(parseGroup('sudo:x:27:ada,ben\n:x:1:\n')).toEqual({
      entries: [{ name: 'sudo', gid: 27, members: ['ada', 'ben'] }],
      problems: [{ line: 2, message: 'the name is empty' }],
    })
  })
})

describe('small formats', () => {
  it('reads kernel lists within a budget', () => {
    expect(parseKernelList('0-2,8, 10\n')).toEqual([0, 1, 2, 8, 10])
    expect(['0-4294967295,x', '0-99999', '(null)', undefined].map(parseKernelList)).toEqual([[], [], [], []])
  })

  it('reads selections', () => {
    expect(parseSelection('always [madvise] never')).toEqual({ selected: 'madvise', choices: ['always', 'madvise', 'never'] })
  })

  it('reads sizes with and without a node', () => {
    expect([...parseMeminfo('Node 0 MemTotal:   4 kB\nHugePages_Total: 7\nActive(anon): 1 kB\nX: 99999999999999 kB\n')]).toEqual([
      ['MemTotal', 4096],
      ['Active(anon)', 1024],
    ])
  })

  it('reads swap areas', () => {
    expect(parseSwaps('Filename\tType\tSize\tUsed\tPriority\n/swap\\040file  file\t100\t1\t-2\n')).toEqual([
      { path: '/swap file', type: 'file', sizeBytes: 102_400, usedBytes: 1024, priority: -2 },
    ])
  })

  it('writes IPv6 addresses as RFC 5952 has them', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['00000000000000000000000000000000', '::'],
      ['00000000000000000000000000000001', '::1'],
      ['fe800000000000000000000000000000', 'fe80::'],
      ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
      ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
      ['20010db80000000000000000abcd0000', '2001:db8::abcd:0'],
    ]
    for (const [digits, text] of cases) expect(formatInet6(digits)).toBe(text)
  })

  it('reads routes that are up and addresses that are local', () => {
    const header = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n'
    expect(
      parseRoutes(`${header}eth0\t00000000\t0100A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\neth1\t0000FEA9\t00000000\t0000\t0\t0\t0\t0000FFFF\t0\t0\t0\n`),
    ).toEqual([{ interface: 'eth0', destination: 0, prefixLength: 0, gateway: '192.168.0.1', metric: 100 }])
    expect(
      parseLocalAddresses(
        'Main:\n     |-- 10.0.0.0\n        /24 link UNICAST\n     |-- 10.0.0.5\n        /32 host LOCAL\n     |-- 10.0.0.255\n        /32 link BROADCAST\n',
      ),
    ).toEqual(['10.0.0.5'])
  })
})

describe('every parser', () => {
  const parsers: readonly ((text: string) => unknown)[] = [
    parseAssignments,
    parseCommandLine,
    parseCpuinfo,
    parseFstab,
    parseGroup,
    parseMeminfo,
    parseModules,
    parseMountinfo,
    parsePasswd,
    parseSwaps,
    parseRoutes,
    parseLocalAddresses,
    parseKernelList,
  ]
  const line = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f:/, \t\-[\]=.()"\\]{0,60}$/))

  it('gives a value for any text', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        for (const parse of parsers) parse(lines.join('\n'))
      }),
    )
  })
})
