import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import type { FileTree } from '@hostwright/core'
import { afterAll, describe, expect, it } from 'vitest'
import { readSysctlOverrides } from '../../src/persistence/sysctl-order.ts'
import { resolveSysctlFiles } from '../../src/sysctl-resolution.ts'
import { memoryTree, type TreeNode } from '../memory-tree.ts'

const program = ['/usr/lib/systemd/systemd-sysctl', '/lib/systemd/systemd-sysctl'].find((path) => existsSync(path))
const procps = ['/usr/sbin/sysctl', '/sbin/sysctl'].find((path) => existsSync(path))
const root = process.getuid?.() === 0
const directories = ['/etc/sysctl.d', '/run/sysctl.d', '/usr/local/lib/sysctl.d', '/usr/lib/sysctl.d']
const scratch = mkdtempSync(join(tmpdir(), 'sysctl-order-'))

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true })
})

/** Runs a shell script in mount and network namespaces of its own in which the drop-in directories hold the files given. */
function isolated(files: Readonly<Record<string, string>>, script: string): string {
  rmSync(join(scratch, 'tree'), { recursive: true, force: true })
  for (const directory of directories) mkdirSync(join(scratch, 'tree', directory), { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    const place = join(scratch, 'tree', path)
    mkdirSync(dirname(place), { recursive: true })
    if (text === '/dev/null') symlinkSync(text, place)
    else writeFileSync(place, text)
  }
  const mounts = ['/etc', '/run', '/usr/local/lib', '/usr/lib'].map((parent) => {
    // A tmpfs over the parent would hide the programs, so the directory itself is bound; where it is missing, it is left out.
    const directory = `${parent}/sysctl.d`
    return existsSync(directory) ? `mount --bind '${join(scratch, 'tree', directory)}' '${directory}'` : ':'
  })
  return execFileSync('unshare', ['-m', '-n', '--propagation', 'private', 'sh', '-ec', [...mounts, script].join('\n')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

const present = directories.filter((directory) => existsSync(directory))
// Nothing sets `default`: the kernel hands that on to the interfaces.
const keys = [
  'net.ipv4.tcp_fin_timeout',
  'net/ipv4/tcp_keepalive_time',
  'net.ipv4.conf.lo.rp_filter',
  'net.ipv4.conf.[!d]*.rp_filter',
  'net.ipv4.conf.[al]*.rp_filter',
  'net/ipv4/conf/all/rp_filter',
  'net.ipv4.tcp_syn_retries',
]
const attributes = ['tcp_fin_timeout', 'tcp_keepalive_time', 'tcp_syn_retries', 'conf/lo/rp_filter', 'conf/all/rp_filter'].map(
  (name) => `/proc/sys/net/ipv4/${name}`,
)

const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom('', '-', ' ', '\t'), fc.constantFrom(...keys), fc.constantFrom(' = ', '=', '\t=  '), fc.constantFrom('1', '2'))
      .map((parts) => parts.join('')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '-net.ipv4.conf.lo.rp_filter',
      '-net.ipv4.conf.all.rp_filter',
      '# net.ipv4.tcp_fin_timeout = 9',
      ';x',
      '',
      'nonsense',
      'net.ipv4.tcp_fin_timeout 3',
    ),
  },
)
const tree = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...present), fc.constantFrom('10-a.conf', '50-b.conf', '50-B.conf', '9.conf', 'x', 'é.conf')), {
    selector: (pair) => pair.join('/'),
    maxLength: 6,
  })
  .chain((pairs) =>
    fc.tuple(
      ...pairs.map((pair) =>
        fc.tuple(
          fc.constant(pair.join('/')),
          fc.oneof(
            { weight: 9, arbitrary: fc.array(line, { maxLength: 6 }).map((lines) => lines.map((each) => `${each}\n`).join('')) },
            { weight: 1, arbitrary: fc.constant('/dev/null') },
          ),
        ),
      ),
    ),
  )
  .map((entries) => Object.fromEntries(entries as readonly (readonly [string, string])[]))

type Values = Readonly<Record<string, string>>

const show = `for f in ${attributes.join(' ')}; do echo "$f $(cat $f)"; done`

function values(text: string): Values {
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((each) => each.split(' ') as [string, string]),
  )
}

function hostTree(files: Readonly<Record<string, string>>, before: Values, reader: 'systemd' | 'procps'): FileTree {
  const nodes: Record<string, TreeNode> = { '/dev/null': '', '/lib': { link: 'usr/lib' } }
  if (reader === 'systemd') nodes['/usr/lib/systemd/systemd-sysctl'] = ''
  for (const [path, text] of Object.entries(files)) nodes[path] = text === '/dev/null' ? { link: text } : text
  for (const attribute of attributes) nodes[attribute] = before[attribute] ?? ''
  return memoryTree(nodes)
}

const ownFile = '/etc/sysctl.d/30-own.conf'
const ownText = attributes.map((attribute) => `${attribute.slice('/proc/sys/'.length)} = 3\n`).join('')

/** What our look-up says is left of a file that names every attribute and is read amid others. */
async function leftOfOwn(files: Readonly<Record<string, string>>, before: Values, reader: 'systemd' | 'procps'): Promise<Values> {
  const overrides = await readSysctlOverrides(hostTree(files, before, reader), ownFile)
  return Object.fromEntries(
    attributes.map((attribute) => {
      const override = overrides.find(attribute)
      return [attribute, override === undefined ? '3' : (override.value ?? before[attribute] ?? '')]
    }),
  )
}

/** What our resolution makes of the same files in a new network namespace. */
async function ours(
  files: Readonly<Record<string, string>>,
  before: Values,
  reader: 'systemd' | 'procps',
): Promise<{ readonly order: readonly string[]; readonly left: Values }> {
  const resolution = await resolveSysctlFiles(hostTree(files, before, reader))
  return {
    order: resolution.files.map(({ path }) => path),
    left: Object.fromEntries(attributes.map((attribute) => [attribute, resolution.keys.get(attribute)?.winner.value ?? before[attribute] ?? ''])),
  }
}

describe.skipIf(!root || present.length < 2)('the order of sysctl files in namespaces of their own (needs root)', () => {
  it.skipIf(program === undefined)('is that of systemd-sysctl, and so are the values that it leaves in the kernel (needs systemd-sysctl)', async () => {
    const before = values(isolated({}, show))
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        const [shown = '', left = ''] = isolated(
          files,
          `${program} --cat-config || true\necho '== values'\n${program} --prefix=/net/ipv4 || true\n${show}`,
        ).split('== values\n')
        const order = [...shown.matchAll(/^# (\/\S+\.conf)$/gmu)].map((match) => match[1] ?? '')
        expect(await ours(files, before, 'systemd')).toEqual({ order, left: values(left) })
      }),
      { numRuns: 60 },
    )
  })

  it.skipIf(program === undefined)('decides for systemd-sysctl what is left of a file of ours (needs systemd-sysctl)', async () => {
    const before = values(isolated({}, show))
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        const left = isolated({ ...files, [ownFile]: ownText }, `${program} --prefix=/net/ipv4 || true\n${show}`)
        expect(await leftOfOwn(files, before, 'systemd')).toEqual(values(left))
      }),
      { numRuns: 40 },
    )
  })

  it.skipIf(procps === undefined || !existsSync('/etc/sysctl.conf'))(
    'decides for `sysctl --system` what is left of a file of ours (needs procps)',
    async () => {
      const before = values(isolated({}, show))
      await fc.assert(
        fc.asyncProperty(tree, async (files) => {
          const left = isolated({ ...files, [ownFile]: ownText }, `mount --bind /dev/null /etc/sysctl.conf\n${procps} --system >/dev/null || true\n${show}`)
          expect(await leftOfOwn(files, before, 'procps')).toEqual(values(left))
        }),
        { numRuns: 40 },
      )
    },
  )

  // Everything that sysctl could write lies in the network namespace: the files hold nothing else, and /etc/sysctl.conf is covered.
  it.skipIf(procps === undefined || !existsSync('/etc/sysctl.conf'))(
    'is that of `sysctl --system`, and so are the values that it leaves (needs procps)',
    async () => {
      const before = values(isolated({}, show))
      await fc.assert(
        fc.asyncProperty(tree, async (files) => {
          const report = isolated(files, `mount --bind /dev/null /etc/sysctl.conf\n${procps} --system >/dev/null || true\n${show}`)
          expect((await ours(files, before, 'procps')).left).toEqual(values(report))
        }),
        { numRuns: 60 },
      )
    },
  )
})
