import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSysctlFile } from '../src/sysctl-file.ts'
import { resolveSysctlFiles } from '../src/sysctl-resolution.ts'
import { memoryTree, type TreeNode } from './memory-tree.ts'

describe('a sysctl file', () => {
  it('sets keys, with comments, hyphens, patterns and separators of either kind', () => {
    const text = [
      '# comment',
      '  ; another',
      'vm.swappiness=10',
      '\tkernel/core_pattern =  |/usr/bin/x %p = %e  ',
      '-net.ipv4.conf.*.rp_filter = 1',
      '-net.ipv4.conf.lo.rp_filter',
      'net.ipv4.conf.eth0/100.rp_filter = 2\r',
      'vm.empty =',
    ].join('\n')
    expect(parseSysctlFile(text)).toEqual({
      problems: [],
      lines: [
        { line: 3, column: 1, key: 'vm.swappiness', path: '/proc/sys/vm/swappiness', value: '10', valueColumn: 15, ignoresErrors: false },
        {
          line: 4,
          column: 2,
          key: 'kernel/core_pattern',
          path: '/proc/sys/kernel/core_pattern',
          value: '|/usr/bin/x %p = %e',
          valueColumn: 25,
          ignoresErrors: false,
        },
        { line: 5, column: 2, key: 'net.ipv4.conf.*.rp_filter', path: '/proc/sys/net/ipv4/conf/*/rp_filter', value: '1', valueColumn: 30, ignoresErrors: true },
        {
          line: 6,
          column: 2,
          key: 'net.ipv4.conf.lo.rp_filter',
          path: '/proc/sys/net/ipv4/conf/lo/rp_filter',
          value: undefined,
          valueColumn: 28,
          ignoresErrors: true,
        },
        {
          line: 7,
          column: 1,
          key: 'net.ipv4.conf.eth0/100.rp_filter',
          path: '/proc/sys/net/ipv4/conf/eth0.100/rp_filter',
          value: '2',
          valueColumn: 36,
          ignoresErrors: false,
        },
        { line: 8, column: 1, key: 'vm.empty', path: '/proc/sys/vm/empty', value: '', valueColumn: 11, ignoresErrors: false },
      ],
    })
  })

  it('has its malformed lines among the problems, with their place', () => {
    expect(parseSysctlFile('vm.swappiness 10\n  = 5\na b = 1\nvm..x = 1\n-\n').problems).toEqual([
      { line: 1, column: 1, message: '`vm.swappiness 10` is not an assignment: expected `key = value`' },
      { line: 2, column: 3, message: 'There is no key before the `=`' },
      { line: 3, column: 1, message: '`a b` cannot be a key' },
      { line: 4, column: 1, message: '`vm..x` cannot be a key' },
      { line: 5, column: 2, message: 'There is no key before the `=`' },
    ])
  })

  it('is read to its end whatever it holds, and every finding is in the text', () => {
    const pieces = fc.constantFrom('vm.swappiness', '=', ' ', '-', '#', ';', '\n', '\r', '\t', '/', '.', '*', '[', '\0', 'é', '10', '\\')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces).map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          const lines = text.split('\n')
          const { lines: found, problems } = parseSysctlFile(text)
          for (const { line, column, key, value, valueColumn } of found) {
            expect(lines[line - 1]?.slice(column - 1, column - 1 + key.length)).toBe(key)
            if (value !== undefined) expect(lines[line - 1]?.slice(valueColumn - 1, valueColumn - 1 + value.length)).toBe(value)
          }
          for (const { line, column } of problems) expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? -1) + 1)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('is written again as it was read', () => {
    const assignment = fc.record({
      key: fc.stringMatching(/^[a-z]{1,8}(?:\.[a-z_-]{1,8}){1,3}$/u),
      value: fc.stringMatching(/^[a-z0-9]+(?: [a-z0-9=#]+)*$/u),
      hyphen: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(assignment), (assignments) => {
        const text = assignments.map(({ key, value, hyphen }) => `${hyphen ? '-' : ''}${key} = ${value}\n`).join('')
        expect(parseSysctlFile(text).lines.map(({ key, value, ignoresErrors }) => ({ key, value, hyphen: ignoresErrors }))).toEqual(assignments)
      }),
    )
  })
})

const systemd = { '/usr/lib/systemd/systemd-sysctl': '' }
const proc = { '/proc/sys/vm/swappiness': '60\n', '/proc/sys/net/ipv4/conf/all/rp_filter': '0\n', '/proc/sys/net/ipv4/conf/lo/rp_filter': '0\n' }

async function decided(nodes: Readonly<Record<string, TreeNode>>): Promise<Readonly<Record<string, string>>> {
  const { keys } = await resolveSysctlFiles(memoryTree(nodes))
  return Object.fromEntries([...keys.values()].map(({ name, winner }) => [name, `${winner.file}:${winner.line} ${winner.value}`]))
}

describe('the sysctl files of a host', () => {
  it('are read by name whatever directory they are in, and the last line decides', async () => {
    const nodes = {
      ...systemd,
      '/usr/lib/sysctl.d/90-vendor.conf': 'vm.swappiness = 1\n',
      '/run/sysctl.d/50-run.conf': 'vm.swappiness = 2\nvm.a = 1\n',
      '/etc/sysctl.d/10-admin.conf': '\nvm.swappiness = 3\n',
      '/usr/local/lib/sysctl.d/95-local': 'vm.swappiness = 4\n',
    }
    const { keys, files } = await resolveSysctlFiles(memoryTree(nodes))
    expect(files.map(({ path }) => path)).toEqual(['/etc/sysctl.d/10-admin.conf', '/run/sysctl.d/50-run.conf', '/usr/lib/sysctl.d/90-vendor.conf'])
    const swappiness = keys.get('/proc/sys/vm/swappiness')
    expect(swappiness?.winner).toMatchObject({ file: '/usr/lib/sysctl.d/90-vendor.conf', line: 1, value: '1' })
    expect(swappiness?.losers.map(({ file, line, value }) => ({ file, line, value }))).toEqual([
      { file: '/etc/sysctl.d/10-admin.conf', line: 2, value: '3' },
      { file: '/run/sysctl.d/50-run.conf', line: 1, value: '2' },
    ])
    // A key is written when its last line is reached.
    expect([...keys.keys()]).toEqual(['/proc/sys/vm/a', '/proc/sys/vm/swappiness'])
  })

  it('hide files of the same name in later directories', async () => {
    const nodes = {
      ...systemd,
      '/etc/sysctl.d/50-x.conf': { link: '/dev/null' },
      '/dev/null': '',
      '/usr/lib/sysctl.d/50-x.conf': 'vm.swappiness = 1\n',
      '/usr/lib/sysctl.d/60-y.conf': 'vm.overcommit_memory = 1\n',
      '/lib': { link: 'usr/lib' },
    }
    expect(await decided(nodes)).toEqual({ 'vm.overcommit_memory': '/usr/lib/sysctl.d/60-y.conf:1 1' })
    expect((await resolveSysctlFiles(memoryTree(nodes))).files.map(({ path, hides }) => ({ path, hides }))).toEqual([
      { path: '/etc/sysctl.d/50-x.conf', hides: ['/usr/lib/sysctl.d/50-x.conf'] },
      { path: '/usr/lib/sysctl.d/60-y.conf', hides: [] },
    ])
  })

  it('let a named key go before a pattern under systemd, and leave out what a pattern must not set', async () => {
    const nodes = {
      ...systemd,
      ...proc,
      '/etc/sysctl.d/10-a.conf': 'net.ipv4.conf.lo.rp_filter = 2\n',
      '/etc/sysctl.d/20-b.conf': 'net.ipv4.conf.*.rp_filter = 1\n',
    }
    expect(await decided(nodes)).toEqual({
      'net.ipv4.conf.lo.rp_filter': '/etc/sysctl.d/10-a.conf:1 2',
      'net.ipv4.conf.all.rp_filter': '/etc/sysctl.d/20-b.conf:1 1',
    })
    expect(await decided({ ...nodes, '/etc/sysctl.d/30-c.conf': '-net.ipv4.conf.all.rp_filter\n' })).toEqual({
      'net.ipv4.conf.lo.rp_filter': '/etc/sysctl.d/10-a.conf:1 2',
    })
  })

  it('let the last line decide under procps, but for what a pattern finds named above it, and /etc/sysctl.conf come last', async () => {
    const text = 'net.ipv4.conf.lo.rp_filter = 2\nnet.ipv4.conf.*.rp_filter = 0\nnet.ipv4.conf.*.rp_filter = 1\nvm.swappiness = 1\n'
    expect(await decided({ ...proc, '/etc/sysctl.d/99-z.conf': text, '/etc/sysctl.conf': 'vm.swappiness = 2\n' })).toEqual({
      'net.ipv4.conf.lo.rp_filter': '/etc/sysctl.d/99-z.conf:1 2',
      'net.ipv4.conf.all.rp_filter': '/etc/sysctl.d/99-z.conf:3 1',
      'vm.swappiness': '/etc/sysctl.conf:1 2',
    })
  })

  it('take a key back by a line without a value under systemd', async () => {
    const nodes = {
      ...systemd,
      ...proc,
      '/etc/sysctl.d/10-a.conf': 'vm.swappiness = 1\nvm.overcommit_memory = 1\n',
      '/etc/sysctl.d/20-b.conf': '-vm.swappiness\n',
    }
    expect(await decided(nodes)).toEqual({ 'vm.overcommit_memory': '/etc/sysctl.d/10-a.conf:2 1' })
  })

  it('have /etc/sysctl.conf under systemd only through the link that Debian makes', async () => {
    const main = { '/etc/sysctl.conf': 'vm.swappiness = 2\n' }
    expect(await decided({ ...systemd, ...main })).toEqual({})
    expect((await resolveSysctlFiles(memoryTree({ ...systemd, ...main }))).files).toMatchObject([{ path: '/etc/sysctl.conf', unread: true }])
    const linked = { ...systemd, ...main, '/etc/sysctl.d/99-sysctl.conf': { link: '../sysctl.conf' } }
    expect(await decided(linked)).toEqual({ 'vm.swappiness': '/etc/sysctl.d/99-sysctl.conf:1 2' })
    expect((await resolveSysctlFiles(memoryTree(linked))).files.map(({ path }) => path)).toEqual(['/etc/sysctl.d/99-sysctl.conf'])
  })
})
