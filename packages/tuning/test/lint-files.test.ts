import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { FileTree, Host } from '@hostwright/core'
import { isHostwrightError } from '@hostwright/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileKind, lintFiles, tuningLintFindings } from '../src/lint/lint-files.ts'
import type { LintFinding } from '../src/lint/lint-finding.ts'
import { memoryTree, type TreeNode } from './memory-tree.ts'

function fixture(name: string): string {
  return readFileSync(fileURLToPath(new URL(`fixtures/lint/${name}`, import.meta.url)), 'utf8')
}

/** A running Linux 6.12 that has the keys which the fixtures set and that exist there. */
const kernel: Record<string, string> = {
  '/proc/sys/kernel/osrelease': '6.12.10-amd64\n',
  '/proc/sys/vm/swappiness': '60\n',
  '/proc/sys/vm/vfs_cache_pressure': '50\n',
  '/proc/sys/vm/dirty_ratio': '20\n',
  '/proc/sys/vm/dirty_bytes': '0\n',
  '/proc/sys/vm/page-cluster': '3\n',
  '/proc/sys/vm/min_free_kbytes': '67584\n',
  '/proc/sys/vm/drop_caches': '0\n',
  '/proc/sys/kernel/sched_autogroup_enabled': '1\n',
  '/proc/sys/kernel/unprivileged_bpf_disabled': '2\n',
  '/proc/sys/kernel/pid_max': '4194304\n',
  '/proc/sys/net/core/default_qdisc': 'fq\n',
  '/proc/sys/net/core/rmem_max': '212992\n',
  '/proc/sys/net/core/somaxconn': '4096\n',
  '/proc/sys/net/ipv4/tcp_low_latency': '0\n',
  '/proc/sys/net/ipv4/tcp_fin_timeout': '60\n',
  '/proc/sys/net/ipv4/tcp_rmem': '4096\t131072\t6291456\n',
  '/proc/sys/net/ipv4/tcp_keepalive_time': '7200\n',
  '/proc/sys/net/ipv4/conf/all/rp_filter': '0\n',
  '/proc/sys/net/ipv4/conf/lo/rp_filter': '0\n',
}

function short(finding: LintFinding): string {
  const { line, column, severity, code, fix } = finding
  return `${line}:${column} ${severity} ${code}${fix === undefined ? '' : ` → ${fix === '' ? '(drop)' : fix}`}`
}

async function lint(nodes: Readonly<Record<string, TreeNode>>, paths?: readonly string[]): Promise<readonly string[]> {
  const { findings } = await lintFiles(memoryTree(nodes), paths === undefined ? {} : { paths })
  return findings.map((finding) => `${finding.file.slice(finding.file.lastIndexOf('/') + 1)}:${short(finding)}`)
}

async function messages(nodes: Readonly<Record<string, TreeNode>>, paths?: readonly string[]): Promise<readonly string[]> {
  return (await lintFiles(memoryTree(nodes), paths === undefined ? {} : { paths })).findings.map(({ message }) => message)
}

describe('a list of sysctls from elsewhere', () => {
  it('is judged line by line, with fixes', async () => {
    const { findings, files } = await lintFiles(memoryTree({ ...kernel, '/opt/hecate.conf': fixture('hecate.conf') }), { paths: ['/opt/hecate.conf'] })
    expect(files).toEqual([{ path: '/opt/hecate.conf', kind: 'sysctl' }])
    expect(findings.map(short)).toEqual([
      '2:17 info differs-now',
      '4:1 error unknown-key',
      '5:1 warning twin-conflict → (drop)',
      '6:18 info differs-now',
      '7:1 warning removed → (drop)',
      '8:1 error unknown-key → vm.page-cluster = 0',
      '9:1 warning renamed → (drop)',
      '10:1 warning renamed → (drop)',
      '12:1 error unknown-key → kernel.sched_autogroup_enabled = 1',
      '13:1 warning one-way',
      '15:21 error out-of-range',
      '16:1 error unknown-key → net.ipv4.tcp_congestion_control = bbr',
      '17:1 warning removed → (drop)',
      '18:1 warning ineffective → (drop)',
      '19:1 error syntax',
      '20:21 error out-of-range',
      '21:1 warning contradicts → (drop)',
      '22:31 info differs-now',
      '23:1 error unknown-key → net.core.somaxconn = 1024',
      '24:1 warning ineffective → (drop)',
    ])
    expect(findings.find(({ line }) => line === 5)?.message).toBe(
      '`vm.dirty_ratio` is set back to 0 when `vm.dirty_bytes` is written (line 6): only one of the two can hold.',
    )
    expect(findings.find(({ line }) => line === 15)?.message).toBe('net.core.rmem_max cannot be "1k": expected an integer from 2304 to 2147483647 bytes.')
  })

  it('has no errors left when its fixes are put in', async () => {
    const lines = fixture('hecate.conf').split('\n')
    const fix = (findings: readonly LintFinding[]): void => {
      for (const each of findings) if (each.fix !== undefined) lines[each.line - 1] = each.fix
    }
    const look = async (): Promise<readonly LintFinding[]> =>
      (await lintFiles(memoryTree({ ...kernel, '/proc/sys/net/ipv4/tcp_congestion_control': 'bbr\n', '/x.conf': lines.join('\n') }), { paths: ['/x.conf'] }))
        .findings
    fix(await look())
    fix(await look())
    // What is left has no fix that could be guessed.
    expect((await look()).filter(({ severity }) => severity !== 'info').map(short)).toEqual([
      '4:1 error unknown-key',
      '13:1 warning one-way',
      '15:21 error out-of-range',
      '19:1 error syntax',
      '20:21 error out-of-range',
    ])
  })

  it('is judged by the kernel that it is for', async () => {
    const old = {
      '/proc/sys/kernel/osrelease': '5.10.0-30-amd64\n',
      '/proc/sys/kernel/sched_latency_ns': '24000000\n',
      '/proc/sys/net/ipv4/tcp_adv_win_scale': '1\n',
    }
    const text = 'kernel.sched_latency_ns = 24000000\nnet.ipv4.tcp_adv_win_scale = 1\nvm.defrag_mode = 1\n'
    expect(await lint({ ...old, '/x.conf': text }, ['/x.conf'])).toEqual(['x.conf:3:1 warning not-on-this-kernel'])
    expect(await lint({ ...kernel, '/proc/sys/net/ipv4/tcp_adv_win_scale': '1\n', '/x.conf': text }, ['/x.conf'])).toEqual([
      'x.conf:1:1 warning renamed → (drop)',
      'x.conf:2:1 warning ineffective → (drop)',
      'x.conf:3:1 warning not-on-this-kernel',
    ])
  })

  it('says why a known key is not there', async () => {
    const text = 'net.netfilter.nf_conntrack_max = 1000\nkernel.yama.ptrace_scope = 1\nnet.ipv4.conf.eth7.rp_filter = 1\nvendor.key = 1\n'
    expect(await messages({ ...kernel, '/x.conf': text }, ['/x.conf'])).toEqual([
      '`net.netfilter.nf_conntrack_max` is not there now: it comes with the module nf_conntrack, which has to be loaded before (modules-load.d).',
      '`kernel.yama.ptrace_scope` is not there now: it needs a kernel built with CONFIG_SECURITY_YAMA.',
      '`net.ipv4.conf.eth7.rp_filter` is not there now: no interface of that name is there yet.',
      'This kernel does not have `vendor.key`, and it is not known from others.',
    ])
  })

  it('of an image is judged by what is known alone', async () => {
    const image = { '/lib/modules/6.1.0-9-amd64/modules.dep': '', '/lib/modules/6.12.10-amd64/modules.dep': '' }
    const text = 'vm.swappiness = 250\nvm.swapiness = 1\nvendor.key = 1\nvm.defrag_mode = 1\n'
    expect(await lint({ ...image, '/etc/sysctl.d/x.conf': text }, ['/etc/sysctl.d/x.conf'])).toEqual([
      'x.conf:1:17 error out-of-range',
      'x.conf:2:1 error unknown-key → vm.swappiness = 1',
      'x.conf:4:1 warning not-on-this-kernel',
    ])
  })
})

describe('the files of a host', () => {
  const host = {
    ...kernel,
    '/usr/lib/systemd/systemd-sysctl': '',
    '/usr/lib/sysctl.d/10-vendor.conf': 'kernel.pid_max = 4194304\nvm.swappiness = 60\n',
    '/usr/lib/sysctl.d/20-hidden.conf': 'vm.swappiness = 1\n',
    '/etc/sysctl.d/20-hidden.conf': '',
    '/etc/sysctl.d/30-net.conf':
      'net.ipv4.tcp_rmem = 4096 131072 6291456\nvm.swappiness = 10\nnet.ipv4.conf.*.rp_filter = 0\nnet.ipv4.conf.eth*.rp_filter = 1\n',
    '/etc/sysctl.d/99-app.conf': 'net.ipv4.tcp_rmem = 4096 131072 8388608\nvm.swappiness = 10\n',
    '/etc/sysctl.conf': 'vm.overcommit_memory = 1\n',
  }

  it('are judged as they are read together', async () => {
    expect(await lint(host)).toEqual([
      '10-vendor.conf:2:1 info overridden → (drop)',
      '20-hidden.conf:1:1 info ineffective',
      '30-net.conf:1:1 warning overridden → (drop)',
      '30-net.conf:2:1 info duplicate → (drop)',
      '30-net.conf:4:1 info ineffective',
      '99-app.conf:1:21 info differs-now',
      '99-app.conf:2:17 info differs-now',
      'sysctl.conf:1:1 warning ineffective',
      'sysctl.conf:1:1 info not-on-this-kernel',
    ])
    expect((await messages(host)).find((message) => message.includes('overridden by /etc/sysctl.d/99-app.conf:1'))).toBe(
      '`net.ipv4.tcp_rmem` is overridden by /etc/sysctl.d/99-app.conf:1, which sets 4096 131072 8388608.',
    )
  })

  it('can be asked for one of them, with the others in mind', async () => {
    expect(await lint(host, ['/etc/sysctl.d/30-net.conf'])).toEqual([
      '30-net.conf:1:1 warning overridden → (drop)',
      '30-net.conf:2:1 info duplicate → (drop)',
      '30-net.conf:4:1 info ineffective',
    ])
  })

  it('give doctor their errors and warnings', async () => {
    const findings = await tuningLintFindings({ fs: memoryTree(host), run: undefined } as unknown as Host)
    expect(findings.map(({ id, severity, subject, command }) => ({ id, severity, subject, command }))).toEqual([
      { id: 'tuning/lint-overridden', severity: 'warning', subject: '/etc/sysctl.d/30-net.conf:1', command: ['tuning', 'lint', '/etc/sysctl.d/30-net.conf'] },
      { id: 'tuning/lint-ineffective', severity: 'warning', subject: '/etc/sysctl.conf:1', command: ['tuning', 'lint', '/etc/sysctl.conf'] },
    ])
  })

  it('can be a directory, and a path that is not there is an error', async () => {
    expect(await lint({ ...kernel, '/d/b.conf': 'vm.swapiness = 1\n', '/d/a.conf': 'vm.swappiness = 60\n', '/d/c.txt': 'x' }, ['/d'])).toEqual([
      'b.conf:1:1 error unknown-key → vm.swappiness = 1',
    ])
    await expect(lint(kernel, ['/nowhere.conf'])).rejects.toSatisfy((error) => isHostwrightError(error, 'NOT_FOUND'))
  })
})

describe('files of modprobe.d', () => {
  const modules = {
    ...kernel,
    '/lib/modules/6.12.10-amd64/modules.dep': 'kernel/sound/pci/hda/snd-hda-intel.ko:\nkernel/drivers/iwlwifi.ko.xz:\n',
    '/lib/modules/6.12.10-amd64/modules.builtin': 'kernel/net/ipv4/tcp_cubic.ko\n',
    '/lib/modules/6.12.10-amd64/modules.builtin.modinfo': 'tcp_cubic.license=GPL\0tcp_cubic.parm=hystart:turn on/off\0tcp_cubic.parmtype=hystart:int\0',
    '/lib/modules/6.12.10-amd64/kernel/sound/pci/hda/snd-hda-intel.ko':
      '\x7fELF\0parmtype=power_save:int\0parm=power_save:seconds\0parm=power_save_controller:x\0parm=model:x\0',
    '/lib/modules/6.12.10-amd64/kernel/drivers/iwlwifi.ko.xz': 'xz',
    '/sys/module/snd_hda_intel/parameters/power_save': '1\n',
  }

  it('are judged by the modules that the kernel has and their options', async () => {
    expect(await lint({ ...modules, '/etc/modprobe.d/my.conf': fixture('modprobe.conf') }, ['/etc/modprobe.d/my.conf'])).toEqual([
      'my.conf:2:23 warning contradicts',
      'my.conf:2:36 error unknown-key',
      'my.conf:3:23 info differs-now',
      'my.conf:5:1 error syntax → options iwlwifi power_save=1',
      'my.conf:6:1 warning ineffective',
      'my.conf:6:19 info contradicts',
      'my.conf:7:1 warning ineffective',
      'my.conf:9:1 info not-on-this-kernel',
      'my.conf:9:17 info contradicts',
      'my.conf:10:1 error syntax',
      'my.conf:11:1 error syntax',
      'my.conf:12:1 info not-on-this-kernel',
    ])
    const said = await messages({ ...modules, '/etc/modprobe.d/my.conf': fixture('modprobe.conf') }, ['/etc/modprobe.d/my.conf'])
    expect(said).toContain('The module snd_hda_intel has no option `powersave_controller`. Did you mean `power_save_controller`?')
    expect(said).toContain('tcp_cubic is built into this kernel, which does not read modprobe.d. Put `tcp_cubic.hystart=0` on the kernel command line.')
  })

  it('say nothing of options that cannot be looked up', async () => {
    expect(await lint({ ...modules, '/etc/modprobe.d/a.conf': 'options iwlwifi anything=1\nblacklist no_such\n' }, ['/etc/modprobe.d/a.conf'])).toEqual([])
    expect(await lint({ ...kernel, '/etc/modprobe.d/a.conf': 'options no_such anything=1\n' }, ['/etc/modprobe.d/a.conf'])).toEqual([])
  })

  it('find the options of a packed module', async () => {
    const packed = gzipSync(Buffer.from('\x7fELF\0parm=answer:x\0', 'latin1'))
    const path = '/lib/modules/6.12.10-amd64/kernel/m.ko.gz'
    const tree = memoryTree({
      ...kernel,
      '/lib/modules/6.12.10-amd64/modules.dep': 'kernel/m.ko.gz:\n',
      '/lib/modules/6.12.10-amd64/modules.builtin': '',
      '/etc/modprobe.d/a.conf': 'options m anser=1\n',
    })
    const withBytes: FileTree = { ...tree, read: async (wanted, options) => (wanted === path ? packed : tree.read(wanted, options)) }
    expect((await lintFiles(withBytes, { paths: ['/etc/modprobe.d/a.conf'] })).findings.map(({ message }) => message)).toEqual([
      'The module m has no option `anser`. Did you mean `answer`?',
    ])
  })
})

describe('a profile of tuned', () => {
  const tree = { ...kernel, '/etc/tuned/mine/tuned.conf': fixture('profile/tuned.conf'), '/sys/block/sda/size': '1\n' }

  it('is judged in its sysctl and sysfs sections and its plugins', async () => {
    const expected = [
      'tuned.conf:9:1 error unknown-key → vm.swappiness=10',
      'tuned.conf:10:16 error out-of-range',
      'tuned.conf:11:1 warning renamed → (drop)',
      'tuned.conf:15:1 info not-on-this-kernel',
      'tuned.conf:16:1 warning unknown-key',
      'tuned.conf:18:1 error unknown-key',
    ]
    expect(await lint(tree)).toEqual(expected)
    expect(await lint(tree, ['/etc/tuned/mine/tuned.conf'])).toEqual(expected)
  })

  it('that is malformed has its first mistake reported', async () => {
    expect(await lint({ ...kernel, '/x/tuned.conf': '[sysctl]\nvm.swappiness\n' }, ['/x/tuned.conf'])).toEqual(['tuned.conf:2:1 error syntax'])
  })
})

describe('the kind of a file', () => {
  it.each([
    ['/etc/modprobe.d/x.conf', '', 'modprobe'],
    ['/etc/sysctl.d/x.conf', '[x]', 'sysctl'],
    ['/x', '# c\n\n[main]\n', 'tuned'],
    ['/x', '; c\noptions a b=1\n', 'modprobe'],
    ['/x', 'blacklist a\n', 'modprobe'],
    ['/x', 'vm.swappiness = 1\n', 'sysctl'],
    ['/x', '', 'sysctl'],
  ])('%s with %j is %s', (path, text, kind) => {
    expect(fileKind(path, text)).toBe(kind)
  })

  it('does not matter for coming to an end: mutated files give findings inside them', async () => {
    const sources = ['hecate.conf', 'modprobe.conf', 'profile/tuned.conf'].map(fixture)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sources),
        fc.array(fc.tuple(fc.nat(), fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('[', '=', '\n', '\\\n', '${', '*', '-')))),
        async (source, edits) => {
          let text = source
          for (const [at, piece] of edits) text = text.slice(0, at % (text.length + 1)) + piece + text.slice((at % (text.length + 1)) + piece.length)
          const { findings } = await lintFiles(memoryTree({ ...kernel, '/x.conf': text }), { paths: ['/x.conf'] })
          const lines = text.split('\n')
          for (const { line, column, message } of findings) {
            expect(line).toBeLessThanOrEqual(lines.length)
            expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1)
            expect(message).not.toMatch(/\p{Cc}/u)
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})
