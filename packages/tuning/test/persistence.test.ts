import type { Plan } from '@hostwright/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findActiveProfile, planProfile, planProfileRemoval } from '../src/index.ts'
import type { Profile } from '../src/index.ts'
import { addParameters, removeParameters, splitCommandLine } from '../src/persistence/command-line-text.ts'
import { readManagedFile, renderManagedFile } from '../src/persistence/managed-file.ts'
import { laptop, metalServer } from './machines.ts'
import { applyToModel, modelHost, snapshot, undoOnModel } from './model-host.ts'
import type { ModelOptions } from './model-host.ts'

const written = (plan: Plan, path: string): string | undefined => {
  const action = plan.steps.map((step) => step.action).find((each) => each.kind === 'write' && each.path === path)
  return action?.kind === 'write' && 'text' in action.content ? action.content.text : undefined
}
const body = (text: string | undefined): string => text?.slice(text.indexOf('\n\n') + 2) ?? ''
const profileOf = (rest: Partial<Profile>): Profile => ({ name: 'own', summary: 'Own', origin: 'test', settings: [], ...rest })
const withFiles = (base: ModelOptions, files: ModelOptions['files']): ModelOptions => ({ ...base, files: { ...base.files, ...files } })

const udevFile = '/etc/udev/rules.d/65-hostwright-tuning.rules'
const sysctlFile = '/etc/sysctl.d/60-hostwright-tuning.conf'
const tmpfilesFile = '/etc/tmpfiles.d/60-hostwright-tuning.conf'
const modprobeFile = '/etc/modprobe.d/60-hostwright-tuning.conf'

describe('a managed file', () => {
  it('says what it is, why, how to remove it, and whether it was edited', async () => {
    const text = await renderManagedFile('profile server', 'kernel settings', 'vm.swappiness = 10\n')
    expect(text.split('\n').slice(0, 4)).toEqual([
      '# Written by Hostwright: profile server',
      '# What: kernel settings',
      '# Why: the reason of each value stands above it.',
      '# Change it through `hostwright tuning apply`, which rewrites this file; `hostwright tuning remove` removes it without trace.',
    ])
    expect(await readManagedFile(text)).toEqual({ what: 'profile server', body: 'vm.swappiness = 10\n', intact: true })
    expect((await readManagedFile(text.replace('10', '20')))?.intact).toBe(false)
    expect(await readManagedFile('vm.swappiness = 10\n')).toBeUndefined()
  })

  it('survives truncation at every character', async () => {
    const text = await renderManagedFile('profile server', 'kernel settings', 'vm.swappiness = 10\n')
    for (let length = 0; length < text.length; length += 1) expect((await readManagedFile(text.slice(0, length)))?.intact ?? false).toBe(false)
  })

  it('keeps text from outside from leaving its comment', async () => {
    const text = await renderManagedFile('profile x\nvm.panic_on_oom = 2', 'a\u2028b', '')
    expect(text.split('\n').every((line) => line === '' || line.startsWith('#'))).toBe(true)
  })
})

describe('the files of a profile', () => {
  it('put each value where the system sets it at boot', async () => {
    const plan = await planProfile(modelHost(laptop()), 'gaming')
    expect(body(written(plan, sysctlFile))).toContain(
      '# one page at a time from swap: reading ahead only adds latency on zram and SSDs\n# from CachyOS-Settings b1aedc7\nvm.page-cluster = 0\n',
    )
    expect(body(written(plan, tmpfilesFile))).toContain('w- /sys/devices/system/cpu/cpufreq/policy[0-9]*/scaling_governor - - - - performance\n')
    expect(body(written(plan, tmpfilesFile))).toContain('w- /sys/kernel/mm/transparent_hugepage/defrag - - - - defer+madvise\n')
    expect(body(written(plan, udevFile))).toContain(
      'ACTION=="add|change", SUBSYSTEM=="block", ENV{DEVTYPE}=="disk", KERNEL=="nvme*", TEST=="queue/scheduler", ATTR{queue/scheduler}="kyber"\n',
    )
  })

  it('write a udev rule for the kind of disk, and one for each disk where values differ', async () => {
    const two = withFiles(metalServer(), Object.fromEntries(Object.entries(laptop().files).filter(([path]) => path.startsWith('/sys/block/'))))
    const settings: Profile['settings'] = [
      { tunable: 'block.scheduler', on: { rotational: true, transport: ['sata', 'scsi'] }, value: 'bfq', why: 'w', source: 's' },
      { tunable: 'block.read-ahead', value: '256', why: 'w', source: 's' },
      { tunable: 'block.nr-requests', on: { names: ['nvme*'] }, value: '32', why: 'w', source: 's' },
    ]
    const rules = body(written(await planProfile(modelHost(two), profileOf({ settings })), udevFile))
      .split('\n')
      .filter((line) => !line.startsWith('#') && line !== '')
    expect(rules).toEqual([
      'ACTION=="add|change", SUBSYSTEM=="block", ENV{DEVTYPE}=="disk", KERNEL=="sd*", ATTR{queue/rotational}=="1", ENV{ID_BUS}=="ata|scsi", TEST=="queue/scheduler", ATTR{queue/scheduler}="bfq"',
      'ACTION=="add|change", SUBSYSTEM=="block", ENV{DEVTYPE}=="disk", KERNEL!="loop*|ram*|zram*|dm-*|md*|sr*|fd*|nbd*", TEST=="queue/read_ahead_kb", ATTR{queue/read_ahead_kb}="256"',
      'ACTION=="add|change", SUBSYSTEM=="block", ENV{DEVTYPE}=="disk", KERNEL=="nvme*", TEST=="queue/nr_requests", ATTR{queue/nr_requests}="32"',
    ])
  })

  it('quote what sysctl.d, tmpfiles.d and modprobe.d would misread', async () => {
    const files = withFiles(metalServer(), {
      '/proc/sys/net/ipv4/conf/eth0.100/rp_filter': '0\n',
      '/proc/sys/kernel/core_pattern': 'core\n',
      '/sys/kernel/a b/%x': '0\n',
      '/sys/kernel/a b/[y]': '0\n',
    })
    const set = (tunable: string, value: string): Profile['settings'][number] => ({ tunable, value, why: 'w', source: 's' })
    const plan = await planProfile(
      modelHost(files),
      profileOf({
        settings: [set('net/ipv4/conf/eth0.100/rp_filter', '1'), set('kernel.core_pattern', '|/bin/x %p'), set('/sys/kernel/a b/%x', '50%')],
        moduleOptions: [{ module: 'kvm', option: 'x', value: 'a b', why: 'w', source: 's' }],
      }),
    )
    const lines = (path: string): readonly string[] =>
      body(written(plan, path))
        .split('\n')
        .filter((line) => !line.startsWith('#') && line !== '')
    expect([lines(sysctlFile), lines(tmpfilesFile), lines(modprobeFile)]).toEqual([
      ['net/ipv4/conf/eth0.100/rp_filter = 1', 'kernel.core_pattern = |/bin/x %p'],
      ['w- "/sys/kernel/a b/%%x" - - - - 50%%'],
      ['options kvm x="a b"'],
    ])
  })

  it('are rewritten for another profile, and removed without trace', async () => {
    const model = modelHost(laptop())
    const files = (): readonly string[] => Object.keys(snapshot(model)).filter((path) => path.startsWith('/etc/'))
    await applyToModel(model, await planProfile(model, 'gaming'))
    expect((await findActiveProfile(model.fs))?.profile).toBe('gaming')
    await applyToModel(model, await planProfile(model, 'server'))
    expect(await findActiveProfile(model.fs)).toEqual({ profile: 'server', adapted: false, files: [sysctlFile, tmpfilesFile, udevFile], edited: [] })
    await applyToModel(model, await planProfileRemoval(model))
    expect(files()).toEqual([])
    expect((await planProfileRemoval(model)).steps).toEqual([])
  })

  it('are not there for a plan that is not to persist', async () => {
    const plan = await planProfile(modelHost(laptop()), 'gaming', { persist: false })
    expect(plan.steps.filter((step) => step.action.kind !== 'set')).toEqual([])
  })

  it('say so if someone edited them, and leave a stranger’s file alone', async () => {
    const model = modelHost(metalServer())
    await applyToModel(model, await planProfile(model, 'server'))
    const text = await model.fs.readText(sysctlFile)
    await model.fs.write(sysctlFile, text.replace('vm.swappiness = 10', 'vm.swappiness = 11'))
    expect((await findActiveProfile(model.fs))?.edited).toEqual([sysctlFile])
    const plan = await planProfile(model, 'server')
    expect([plan.steps.map((step) => step.summary), plan.notes.filter((note) => note.subject === sysctlFile)]).toEqual([
      [`rewrite ${sysctlFile}`],
      [{ level: 'warning', subject: sysctlFile, message: 'was edited by hand since Hostwright wrote it; the edits are replaced (the undo brings them back)' }],
    ])
    const strange = modelHost(withFiles(metalServer(), { [sysctlFile]: 'vm.swappiness = 1\n' }))
    expect((await planProfile(strange, 'server')).steps.some((step) => step.action.kind === 'write' && step.action.path === sysctlFile)).toBe(false)
  })
})

describe('the kernel command line', () => {
  const own = profileOf({
    commandLine: [
      { parameter: 'skew_tick=1', why: 'w', source: 's' },
      { parameter: 'nohz_full=2-7', why: 'w', source: 's' },
    ],
  })

  it('gets a drop-in where GRUB reads those, and the menu is made again, also by the undo and after the file', async () => {
    const model = modelHost(withFiles(metalServer(), { '/usr/sbin/grub-mkconfig': 'for x in /etc/default/grub.d/*.cfg', '/usr/sbin/update-grub': '' }))
    const before = snapshot(model)
    const plan = await planProfile(model, own)
    expect(plan.steps.map((step) => [step.summary, step.effect])).toEqual([
      ['check that the GRUB menu can be made', undefined],
      ['create /etc/default/grub.d/60-hostwright-tuning.cfg', 'reboot'],
      ['make the GRUB menu with the new command line', 'reboot'],
    ])
    expect(body(written(plan, '/etc/default/grub.d/60-hostwright-tuning.cfg'))).toContain(
      'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT skew_tick=1"\n',
    )
    await applyToModel(model, plan)
    expect((await planProfile(model, own)).steps).toEqual([])
    await undoOnModel(model, plan)
    expect([snapshot(model), model.ran.at(-1)]).toEqual([before, ['update-grub']])
  })

  it('gets words in shared files, of which exactly those are removed again that were added', async () => {
    const entry = 'title Fedora\nversion 6.18\nlinux /vmlinuz\noptions root=UUID=1 ro skew_tick=1\n'
    const model = modelHost(withFiles(metalServer(), { '/etc/kernel/cmdline': 'root=UUID=1 ro quiet\n', '/boot/loader/entries/a.conf': entry }))
    const before = snapshot(model)
    const plan = await planProfile(model, own)
    await applyToModel(model, plan)
    expect([await model.fs.readText('/etc/kernel/cmdline'), await model.fs.readText('/boot/loader/entries/a.conf')]).toEqual([
      'root=UUID=1 ro quiet skew_tick=1 nohz_full=2-7\n',
      'title Fedora\nversion 6.18\nlinux /vmlinuz\noptions root=UUID=1 ro skew_tick=1 nohz_full=2-7\n',
    ])
    expect((await planProfile(model, own)).steps).toEqual([])
    await applyToModel(model, await planProfileRemoval(model))
    expect(snapshot(model)).toEqual(before)
    expect(plan.steps.filter((step) => step.effect === 'reboot').length).toBe(2)
  })

  it('is left to the reader where no boot loader is found', async () => {
    const plan = await planProfile(modelHost(metalServer()), own)
    expect([plan.steps, plan.notes.map((note) => note.message)]).toEqual([
      [],
      ['no boot loader configuration was found that could be extended; add by hand: skew_tick=1 nohz_full=2-7'],
    ])
  })

  it('takes words away as if they had never been added, whatever else is in the file', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9_.]{0,8}(=[a-z0-9,-]{0,6}|="[a-z ]{0,6}")?$/u)
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { maxLength: 6 }),
        fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        fc.constantFrom('', '\n'),
        (present, wanted, entry, end) => {
          const path = entry ? '/boot/loader/entries/a.conf' : '/etc/kernel/cmdline'
          const added = wanted.filter((parameter) => !present.includes(parameter))
          const text = `${entry ? 'title x\noptions ' : ''}${present.join(' ')}${end}`
          const longer = addParameters(path, text, added)
          expect(splitCommandLine(path, longer)).toEqual([...present, ...added])
          expect(splitCommandLine(path, removeParameters(path, longer, added))).toEqual(present)
          if (present.length > 0) expect(removeParameters(path, longer, added)).toBe(text)
        },
      ),
    )
  })
})
