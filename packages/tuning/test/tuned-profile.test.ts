import { isHostwrightError } from '@hostwright/core'
import type { FileTree, Host, RunResult } from '@hostwright/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Profile } from '../src/profile.ts'
import { tunables } from '../src/tunable-table.ts'
import { convertTunedProfile } from '../src/tuned/convert.ts'
import { activeTunedProfile, listTunedProfiles } from '../src/tuned/find-profile.ts'
import { tunedFunctionNames } from '../src/tuned/functions.ts'
import { loadTunedProfile } from '../src/tuned/load-profile.ts'
import type { TunedLoadOptions } from '../src/tuned/load-profile.ts'
import { readTunedProfile } from '../src/tuned/read-profile.ts'
import { memoryTree } from './fixtures/tuned/memory-tree.ts'

const machine = {
  '/proc/cpuinfo': 'processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R)\nflags\t\t: fpu lm hypervisor\n',
  '/proc/cmdline': 'root=/dev/sda1 quiet\n',
  '/proc/sys/kernel/ostype': 'Linux\n',
  '/proc/sys/kernel/hostname': 'box\n',
  '/proc/sys/kernel/osrelease': '6.18.0\n',
  '/proc/sys/kernel/version': '#1 SMP\n',
  '/proc/sys/kernel/arch': 'x86_64\n',
  '/sys/devices/system/cpu/online': '0-3\n',
  '/sys/devices/system/cpu/present': '0-7\n',
  '/sys/devices/system/cpu/cpu0/topology/physical_package_id': '0\n',
  '/sys/devices/system/cpu/cpu1/topology/physical_package_id': '0\n',
  '/sys/devices/system/cpu/cpu2/topology/physical_package_id': '1\n',
  '/sys/devices/system/cpu/cpu3/topology/physical_package_id': '1\n',
  '/sys/devices/system/cpu/cpu0/topology/thread_siblings_list': '0-1\n',
  '/sys/devices/system/cpu/cpu0/cpuidle/state0/name': 'POLL\n',
  '/sys/devices/system/cpu/cpu0/cpuidle/state0/latency': '0\n',
  '/sys/devices/system/cpu/cpu0/cpuidle/state1/name': 'C1\n',
  '/sys/devices/system/cpu/cpu0/cpuidle/state1/latency': '2\n',
  '/sys/devices/cpu/caps/pmu_name': 'icelake\n',
}

function tree(profiles: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}): FileTree {
  const files = Object.entries(profiles).map(([name, text]) => [name.startsWith('/') ? name : `/usr/lib/tuned/${name}/tuned.conf`, text])
  return memoryTree({ ...machine, ...Object.fromEntries(files), ...more })
}

async function read(units: string, more: Readonly<Record<string, string>> = {}, options: TunedLoadOptions = {}): Promise<Profile> {
  return readTunedProfile(tree({ p: `[main]\nsummary=s\n${units}` }, { '/etc/tuned/tuned-main.conf': 'dynamic_tuning = 0\n', ...more }), 'p', options)
}

/** What a profile asks for in short: tunable, value, devices; parameters; module options; and what is left with its reason. */
async function short(units: string, more: Readonly<Record<string, string>> = {}, options: TunedLoadOptions = {}): Promise<unknown[]> {
  const profile = await read(units, more, options)
  return [
    ...profile.settings.map(({ tunable, value, on }) => [tunable, value, ...(on === undefined ? [] : [on])]),
    ...(profile.commandLine ?? []).map(({ parameter }) => parameter),
    ...(profile.moduleOptions ?? []).map(({ module, option, value }) => `${module} ${option}=${value}`),
    ...(profile.unsupported ?? []).map(({ what, why }) => `${what}: ${why}`),
  ]
}

async function expanded(text: string, options: TunedLoadOptions = {}): Promise<string> {
  const loaded = await loadTunedProfile(tree({ p: '[main]\n[variables]\nv=val\n' }), 'p', options)
  return (await loaded.variables.expand(text, { source: 'x', line: 1 })).text
}

describe('a profile of tuned', () => {
  it('becomes a profile of ours, with the place and the comment of each value', async () => {
    const profile = await read('include=base\n[sysctl]\n# Keep the page cache.\nvm.swappiness=10\n', {
      '/usr/lib/tuned/base/tuned.conf': '[sysctl]\nvm.swappiness=60\nvm.laptop_mode=5\n',
    })
    expect(profile).toEqual({
      name: 'p',
      summary: 's',
      settings: [
        { tunable: 'vm.swappiness', value: '10', why: 'Keep the page cache.', source: '/usr/lib/tuned/p/tuned.conf:6' },
        { tunable: 'vm.laptop_mode', value: '5', why: 'Set in [sysctl] of the tuned profile.', source: '/usr/lib/tuned/base/tuned.conf:3' },
      ],
      origin: '/usr/lib/tuned/p/tuned.conf',
    })
  })

  it('is found in the directories of 2.20 and of 2.28, the administrator’s first', async () => {
    const text = (value: number): string => `[sysctl]\nvm.swappiness=${value}\n`
    const all = {
      '/usr/lib/tuned/p/tuned.conf': text(1),
      '/usr/lib/tuned/profiles/p/tuned.conf': text(2),
      '/etc/tuned/p/tuned.conf': text(3),
      '/etc/tuned/profiles/p/tuned.conf': text(4),
      '/srv/tuned/p/tuned.conf': text(5),
    }
    const swappiness = async (files: Readonly<Record<string, string>>, options?: TunedLoadOptions): Promise<unknown> =>
      (await readTunedProfile(tree({}, files), 'p', options)).settings[0]?.value
    expect(await swappiness(all)).toBe('4')
    expect(await swappiness({ '/usr/lib/tuned/profiles/p/tuned.conf': text(2) })).toBe('2')
    expect(await swappiness({ ...all, '/etc/tuned/tuned-main.conf': 'profile_dirs = /usr/lib/tuned/profiles, /srv/tuned\n' })).toBe('5')
    expect(await swappiness(all, { directories: ['/etc/tuned', '/usr/lib/tuned'] })).toBe('1')
  })

  it('can be read from a file', async () => {
    const files = tree({ '/srv/mine/tuned.conf': '[main]\ninclude=base\n[u]\ntype=sysctl\nvm.swappiness=1\n', base: '[sysctl]\nvm.laptop_mode=1\n' })
    const profile = await readTunedProfile(files, '/srv/mine/tuned.conf')
    expect([profile.name, profile.origin, profile.settings.map((setting) => setting.tunable)]).toEqual([
      'mine',
      '/srv/mine/tuned.conf',
      ['vm.laptop_mode', 'vm.swappiness'],
    ])
    expect((await readTunedProfile(files, '/srv/mine')).origin).toBe('/srv/mine/tuned.conf')
  })

  it('may include its own name, which then is the one of the weaker directory, and ends cycles', async () => {
    const files = tree({
      p: '[sysctl]\nvm.swappiness=1\nvm.laptop_mode=1\n',
      '/etc/tuned/p/tuned.conf': '[main]\ninclude=p,q\n[sysctl]\nvm.swappiness=2\n',
      q: '[main]\ninclude=p\n',
    })
    expect((await readTunedProfile(files, 'p')).settings.map(({ tunable, value }) => [tunable, value])).toEqual([
      ['vm.swappiness', '2'],
      ['vm.laptop_mode', '1'],
    ])
  })

  it('gives its units the first place with prepend', async () => {
    const files = tree({ base: '[disk]\nreadahead=1\n', p: '[main]\ninclude=base\n[nvme]\ntype=disk\nprepend=true\ndevices=nvme*\nreadahead=2\n' })
    expect((await readTunedProfile(files, 'p')).settings.map(({ value, on }) => [value, on])).toEqual([
      ['2', { names: ['nvme*'] }],
      ['1', { notNames: ['nvme*'] }],
    ])
  })

  it('orders units by priority', async () => {
    expect(await short('[b]\ntype=sysctl\npriority=5\nvm.swappiness=1\n[a]\ntype=sysctl\nvm.swappiness=2\n')).toEqual([
      ['vm.swappiness', '2'],
      ['vm.swappiness', '1'],
    ])
  })

  it.each([
    ['nothing', 'tuned has no profile called `nothing` here', 'There are: child, throughput-performance.'],
    ['throughput-performanse', 'tuned has no profile called `throughput-performanse` here', 'Did you mean `throughput-performance`?'],
    ['child', '/usr/lib/tuned/child/tuned.conf:2: the included profile `missing` does not exist', 'There are: child, throughput-performance.'],
  ])('that does not exist is an error with a hint: %s', async (name, message, hint) => {
    await expect(readTunedProfile(tree({ 'throughput-performance': '', child: '[main]\ninclude=missing\n' }), name)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message,
      hint: expect.stringContaining(hint) as string,
    })
  })

  it('with a name that is none is refused', async () => {
    await expect(readTunedProfile(tree({}), '$(x)')).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('whose assertion does not hold is refused, as by tuned', async () => {
    await expect(read('[variables]\na=${f:assertion:cores are set:1:2}\n')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: '/usr/lib/tuned/p/tuned.conf:4: the profile\'s assertion "cores are set" does not hold: `1` and `2` differ',
    })
  })

  it('does not let variables fill the memory', async () => {
    const doubling = Array.from({ length: 40 }, (_, at) => `v${at + 1}=\${v${at}}\${v${at}}`).join('\n')
    await expect(read(`[variables]\nv0=xxxxxxxx\n${doubling}\n`)).rejects.toMatchObject({
      code: 'PARSE_ERROR',
      message: expect.stringContaining('at most 1048576 characters') as string,
    })
  })

  it('is read whatever its bytes, or refused with a position', async () => {
    const line = fc.oneof(
      fc.constantFrom(
        '[main]',
        '[sysctl]',
        '[disk]',
        '[net]',
        '[cpu]',
        '[bootloader]',
        '[modules]',
        '[sysfs]',
        '[irq]',
        '[video]',
        '[variables]',
        'include=p',
        'type=vm',
        'devices=!sd*',
        'devices_udev_regex=(',
        'cpuinfo_regex=[',
        'vm.x=>1',
        'readahead=> 8 s',
        'governor=|',
        'force_latency=cstate.id:|x',
        'ring=rx 1 tx',
        'cmdline=-a',
        '/sys/*/[=1',
        'x=${f:cpulist_unpack:0-999999999}',
        'y=${f:exec:rm:-rf:/}',
        'affinity=1',
        'priority=x',
        'dirty_bytes=4%',
      ),
      fc.string({ maxLength: 12 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        try {
          const { placed } = await convertTunedProfile(await loadTunedProfile(tree({ p: lines.join('\n') }), 'p'), tunables())
          expect(new Set(placed.map(({ unit, option }) => JSON.stringify([unit, option]))).size).toBe(placed.length)
        } catch (error) {
          expect(isHostwrightError(error, 'PARSE_ERROR') || isHostwrightError(error, 'NOT_FOUND') || isHostwrightError(error, 'INVALID_INPUT')).toBe(true)
        }
      }),
      { numRuns: 600 },
    )
  })
})

describe('values', () => {
  it('are raised, lowered, or the first that the kernel takes', async () => {
    expect(
      await short(
        '[sysctl]\nfs.file-max=>100\nvm.swappiness=<30\nkernel.sem="1 2 3 4"\nkernel.x=>a\nkernel.y=>\n[cpu]\ngovernor=conservative|powersave\nenergy_perf_bias=powersave|power\nenergy_performance_preference=power\n[acpi]\nplatform_profile=low-power | quiet\n',
      ),
    ).toEqual([
      ['fs.file-max', { atLeast: '100' }],
      ['vm.swappiness', { atMost: '30' }],
      ['kernel.sem', '1 2 3 4'],
      ['/proc/sys/kernel/y', '>'],
      ['cpufreq.governor', { firstOf: ['conservative', 'powersave'] }],
      ['cpu.energy-perf-bias', '15'],
      ['cpufreq.energy-performance-preference', 'power'],
      ['power.platform-profile', { firstOf: ['low-power', 'quiet'] }],
      '[sysctl] kernel.x = >a: `>a` is compared with the present value, but it is no integer.',
    ])
  })

  it('of sysctls may have dots in the names of interfaces', async () => {
    expect(
      (await read('[sysctl]\nnet.ipv4.conf.eth0/100.rp_filter=1\nnet/ipv4/conf/eth0.100/rp_filter=2\n')).settings.map(({ tunable, value }) => [tunable, value]),
    ).toEqual([
      ['/proc/sys/net/ipv4/conf/eth0.100/rp_filter', '1'],
      ['/proc/sys/net/ipv4/conf/eth0.100/rp_filter', '2'],
    ])
  })

  it('of dirty pages in percent are ratios, as tuned sets them', async () => {
    expect(
      await short('[vm]\ndirty_bytes=40%\ndirty_background_bytes=67108864\ntransparent_hugepages=never\ntransparent_hugepage.defrag=defer\ndirty_ratio=x\n'),
    ).toEqual([
      ['vm.dirty_ratio', '40'],
      ['vm.dirty_background_bytes', '67108864'],
      ['thp.enabled', 'never'],
      ['thp.defrag', 'defer'],
      '[vm] dirty_ratio = x: `x` is no integer; tuned refuses it too.',
    ])
    expect(await short('[vm]\ntransparent_hugepages=never\n', { '/proc/cmdline': 'quiet transparent_hugepage=madvise' })).toEqual([
      '[vm] transparent_hugepages = never: The kernel command line sets transparent_hugepage; tuned leaves it alone then.',
    ])
  })

  it('of disks have units, and go to the devices that the unit gets', async () => {
    expect(
      await short(
        '[one]\ntype=disk\ndevices=sd*, !sda\nelevator=bfq\nreadahead=>8192 s\n[two]\ntype=disk\ndevices=vda sdb\nreadahead=64\n[rest]\ntype=disk\nreadahead=1\n',
      ),
    ).toEqual([
      ['block.scheduler', 'bfq', { names: ['sd*'], notNames: ['sda'] }],
      ['block.read-ahead', { atLeast: '4096' }, { names: ['sd*'], notNames: ['sda'] }],
      ['block.read-ahead', '64', { names: ['vda'] }],
      '[rest] readahead = 1: Which devices the earlier unit [one] leaves cannot be told by names.',
    ])
    expect(await short('[disk]\nreadahead=1\n[late]\ntype=disk\ndevices=sda\nreadahead=2\n')).toEqual([
      ['block.read-ahead', '1'],
      '[late] readahead = 2: The unit [disk] comes first and takes every device, so that tuned applies nothing of this one.',
    ])
  })

  it('go to the devices whose udev properties match', async () => {
    const disks = {
      '/sys/block/sda/uevent': 'MAJOR=8\nMINOR=0\nDEVNAME=sda\n',
      '/run/udev/data/b8:0': 'S:disk/x\nE:ID_MODEL=FAST_SSD\n',
      '/sys/block/sdb/uevent': 'MAJOR=8\nMINOR=16\nDEVNAME=sdb\n',
    }
    expect(await short('[disk]\ndevices_udev_regex=^ID_MODEL=FAST\nelevator=none\n', disks)).toEqual([['block.scheduler', 'none', { names: ['sda'] }]])
    expect(await short('[disk]\ndevices_udev_regex=^ID_MODEL=SLOW\nelevator=none\n', disks)).toEqual([
      '[disk] elevator = none: No device here has such udev properties; tuned would apply nothing of this unit.',
    ])
  })

  it('of idle latency become the same limit on every CPU', async () => {
    const latency = async (value: string): Promise<unknown> => (await read(`[cpu]\nforce_latency=${value}\n`)).settings[0]?.value
    expect(await latency('10')).toBe('10')
    expect(await latency('0')).toBe('n/a')
    expect(await latency('cstate.id:1')).toBe('2')
    expect(await latency('cstate.id_no_zero:0|cstate.name:C1')).toBe('2')
    expect(await latency('cstate.id_no_zero:9|70')).toBe('70')
    expect(await latency('cstate.name:C9|None')).toBeUndefined()
    expect(await short('[cpu]\nforce_latency=5\nmin_perf_pct=100\n[other]\ntype=cpu\ndevices=cpu1\nmax_perf_pct=5\nno_turbo=true\n')).toEqual([
      ['cpu.resume-latency', '5'],
      ['intel-pstate.min-perf-pct', '100'],
      '[other] max_perf_pct = 5: The unit [cpu] comes first and takes every device, so that tuned applies nothing of this one.',
      '[other] no_turbo = true: The unit [cpu] comes first and takes every device, so that tuned applies nothing of this one.',
    ])
  })

  it('of network devices are those that ethtool sets', async () => {
    expect(
      await short(
        '[net]\ndevices=eth*\nring=rx 1024, tx: 512\nfeatures=tso off gro on\nwake_on_lan=0\nchannels=combined ${f:check_net_queue_count:x}\ntxqueuelen=5000\nnf_conntrack_hashsize=1048576\ncoalesce=rx-usecs 5 odd\npause=nonsense on\n',
      ),
    ).toEqual([
      ['ethtool.ring-rx', '1024', { names: ['eth*'] }],
      ['ethtool.ring-tx', '512', { names: ['eth*'] }],
      ['ethtool.offload-tso', 'off', { names: ['eth*'] }],
      ['ethtool.offload-gro', 'on', { names: ['eth*'] }],
      ['ethtool.wake-on-lan', 'd', { names: ['eth*'] }],
      ['ethtool.channels-combined', '4', { names: ['eth*'] }],
      ['net.tx-queue-length', '5000', { names: ['eth*'] }],
      ['/sys/module/nf_conntrack/parameters/hashsize', '1048576'],
      '[net] coalesce = rx-usecs 5 odd: `rx-usecs 5 odd` is no list of names and values; tuned refuses it too.',
      '[net] pause = nonsense on: ethtool sets it, not a file, and there is no tunable for `nonsense`.',
    ])
  })

  it('of other devices', async () => {
    expect(
      await short(
        '[scsi_host]\nalpm=min_power\n[audio]\ntimeout=10\nreset_controller=true\n[usb]\nautosuspend=1\n[irq]\naffinity=0-1\n[irq_one]\ntype=irq\ndevices=irq16\naffinity=2\n[video]\nradeon_powersave=dpm-battery, auto\n',
      ),
    ).toEqual([
      ['sata.link-power', 'min_power'],
      ['audio.hda-power-save', '10'],
      ['audio.ac97-power-save', '10'],
      ['audio.hda-power-save-controller', 'Y'],
      ['/sys/module/snd_ac97_codec/parameters/power_save_controller', 'Y'],
      ['usb.autosuspend-delay', '1000'],
      ['irq.affinity-list', '0-1'],
      '[irq_one] affinity = 2: The unit [irq] comes first and takes every device, so that tuned applies nothing of this one.',
      '[video] radeon_powersave = dpm-battery, auto: It is for graphics cards that the radeon driver runs, and this machine has none; tuned would write nothing.',
    ])
    expect(await short('[video]\nradeon_powersave=dpm-battery, auto\n', { '/sys/class/drm/card0/device/power_method': 'profile\n' })).toEqual([
      ['/sys/class/drm/card0/device/power_method', 'dpm'],
      ['/sys/class/drm/card0/device/power_dpm_state', 'battery'],
    ])
  })

  it('below /sys may be named by patterns', async () => {
    const files = { '/sys/devices/system/machinecheck/machinecheck0/ignore_ce': '0', '/sys/devices/system/machinecheck/machinecheck1/ignore_ce': '0' }
    expect(
      await short(
        '[sysfs]\n/sys/devices/system/machinecheck/machinecheck*/ignore_ce = 1\n/sys/block/sd*/queue/nr_requests=64\n/sys/kernel/mm/ksm/run=2\n/sys/x/*/y=1\n/proc/sys/vm/x=1\n',
        files,
      ),
    ).toEqual([
      ['/sys/devices/system/machinecheck/machinecheck0/ignore_ce', '1'],
      ['/sys/devices/system/machinecheck/machinecheck1/ignore_ce', '1'],
      ['block.nr-requests', '64', { names: ['sd*'] }],
      ['ksm.run', '2'],
      '[sysfs] /sys/x/*/y = 1: The pattern matches nothing on this machine, and the attribute is not known; tuned would write nothing.',
      '[sysfs] /proc/sys/vm/x = 1: It is not below /sys; tuned refuses to write there.',
    ])
  })

  it('of the boot: parameters that are added and taken away, and module options', async () => {
    expect(
      await short(
        '[bootloader]\ncmdline_a=+one=1 two\ncmdline_b=-two three\ncmdline_c=four \\${x}\ncmdline_d=\\+five\ninitrd_add_dir=/x\n[modules]\nnetrom=+r nr_ndevs=2 debug\ncpufreq_conservative=+r\n',
      ),
    ).toEqual([
      'one=1',
      'four',
      '${x}',
      '+five',
      'netrom nr_ndevs=2',
      'netrom debug=1',
      '[bootloader] cmdline_b = -two three: It took `two three` away from what the profile adds; nothing is left to do.',
      '[bootloader] initrd_add_dir = /x: It builds an image that is laid over the initial RAM disk.',
      '[modules] cpufreq_conservative = +r: tuned removes the module cpufreq_conservative and loads it again; here nothing loads modules.',
    ])
  })

  it('of the boot may be in quotes', async () => {
    expect(await short('[bootloader]\ncmdline="one two"\n')).toEqual(['one', 'two'])
    expect(await short('[bootloader]\ncmdline_a="one two"\ncmdline_b=+dyndbg="file x"\n')).toEqual(['"one two"', 'dyndbg="file x"'])
  })

  it('of uncore devices in percent are of their range', async () => {
    const device = '/sys/devices/system/cpu/intel_uncore_frequency/package_00_die_00'
    const files = { [`${device}/initial_min_freq_khz`]: '800000\n', [`${device}/initial_max_freq_khz`]: '2400000\n' }
    expect(await short('[uncore]\nmax_freq_khz=90%\n', files)).toEqual([['intel-uncore.max-freq', '2240000', { names: ['package_00_die_00'] }]])
    expect(await short('[uncore]\nmin_freq_khz=1000000\n')).toEqual([['intel-uncore.min-freq', '1000000']])
  })
})

describe('what cannot be expressed', () => {
  it('is reported with its place and the reason', async () => {
    expect(
      (
        await read(
          '[script]\nscript=${i:PROFILE_DIR}/script.sh\n[scheduler]\ngroup.x=0:f:1:*:x\n[nonesuch]\na=1\n[u]\ntype=vm\nscript_pre=/x\nenabled=0\ndirty_ratio=1\n[vm.arm]\ntype=vm\nuname_regex=aarch64\ndirty_ratio=1\n',
        )
      ).unsupported,
    ).toEqual([
      {
        where: '/usr/lib/tuned/p/tuned.conf:4',
        what: '[script] script = /usr/lib/tuned/p/script.sh',
        why: 'It runs programs when the profile starts and stops; what they change cannot be seen, planned or put back.',
      },
      {
        where: '/usr/lib/tuned/p/tuned.conf:6',
        what: '[scheduler] group.x = 0:f:1:*:x',
        why: 'It gives a scheduling policy, priority and CPUs to running threads that match a pattern; that is an act on processes, not a setting.',
      },
      { where: '/usr/lib/tuned/p/tuned.conf:8', what: '[nonesuch] a = 1', why: 'tuned has no plugin `nonesuch` that is known here.' },
      { where: '/usr/lib/tuned/p/tuned.conf:13', what: '[u] dirty_ratio = 1', why: 'The profile switches this unit off (`enabled`).' },
      {
        where: '/usr/lib/tuned/p/tuned.conf:17',
        what: '[vm.arm] dirty_ratio = 1',
        why: 'This unit is for systems that `aarch64` describes, and this is Linux box 6.18.0 #1 SMP x86_64; tuned skips it too.',
      },
    ])
  })

  it('is also what needs a command to be run, or a variable that is not there', async () => {
    expect(
      await short(
        '[variables]\ndir=${f:strip:${f:exec:mktemp:-d}}\ninclude=/etc/none.conf\nbad name=1\n[sysctl]\nkernel.a=${dir}\nkernel.b=${what}\nkernel.c=${f:kb2s:x}\n',
      ),
    ).toEqual([
      '[variables] include = /etc/none.conf: There is no such file; tuned goes on without it.',
      'the variable `bad name`: A name of a variable has letters, digits and `_` only; tuned leaves this one out.',
      '[sysctl] kernel.a = ${fexecmktemp-d}: Its value cannot be told: the command `mktemp -d` was not run.',
      '[sysctl] kernel.b = ${what}: Its value cannot be told: the variable `what` is not defined.',
      '[sysctl] kernel.c = ${f:kb2s:x}: Its value cannot be told: `x` is no integer.',
    ])
  })

  it('is not what a function makes of a variable that is not there', async () => {
    expect(
      await short('[variables]\nisol=${f:regex_search_ternary:${cores}:[0-9]: isolcpus=${cores}:}\n[bootloader]\ncmdline=+nohz=on${isol} quiet\n'),
    ).toEqual(['nohz=on', 'quiet'])
    expect(
      await short('[variables]\nisol=${f:regex_search_ternary:${cores}:[a-z]: isolcpus=${cores}:}\n[bootloader]\ncmdline=+nohz=on${isol} quiet\n'),
    ).toEqual(['[bootloader] cmdline = +nohz=on isolcpus=${cores} quiet: Its value cannot be told: the variable `cores` is not defined.'])
  })

  it('is also what tuned does with the load while it runs', async () => {
    const profile = await read('[cpu]\ngovernor=performance\n[disk]\ndynamic=0\n[net]\n', { '/etc/tuned/tuned-main.conf': 'dynamic_tuning = 1\n' })
    expect(profile.unsupported?.map(({ where, what }) => [where, what])).toEqual([
      ['/usr/lib/tuned/p/tuned.conf:3', '[cpu]'],
      ['/usr/lib/tuned/p/tuned.conf:6', '[disk] dynamic = 0'],
      ['/usr/lib/tuned/p/tuned.conf:7', '[net]'],
    ])
  })
})

describe('functions', () => {
  it('are those of tuned', () => {
    expect(tunedFunctionNames).toEqual([
      'assertion',
      'assertion_non_equal',
      'calc_isolated_cores',
      'check_net_queue_count',
      'cpuinfo_check',
      'cpulist2devs',
      'cpulist2hex',
      'cpulist2hex_invert',
      'cpulist_invert',
      'cpulist_online',
      'cpulist_pack',
      'cpulist_present',
      'cpulist_thread_siblings',
      'cpulist_unpack',
      'exec',
      'hex2cpulist',
      'intel_recommended_pstate',
      'kb2s',
      'log',
      'lscpu_check',
      'package2cpus',
      'package2uncores',
      'regex_search_ternary',
      's2kb',
      'strip',
      'virt_check',
    ])
  })

  it.each([
    ['${v}', 'val'],
    ['\\${v}', '${v}'],
    ['${f:strip: a\\:b :c }', 'a:b c'],
    ['${f:log:a:b}', 'ab'],
    ['${f:cpulist2devs:0-2}', 'cpu0,cpu1,cpu2'],
    ['${f:cpulist2hex:0,33}', '00000002,00000001'],
    ['${f:cpulist2hex_invert:0}', '0000000e'],
    ['${f:cpulist_invert:0,2}', '1,3'],
    ['${f:cpulist_online:2-9}', '2,3'],
    ['${f:cpulist_present:6-9}', '6,7'],
    ['${f:cpulist_pack:1,2,3,5}', '1-3,5'],
    ['${f:cpulist_unpack:0xf,,6,^2}', '0,1,3,6'],
    ['${f:cpulist_thread_siblings:0}', '1'],
    ['${f:hex2cpulist:1,00000001}', '0,32'],
    ['${f:calc_isolated_cores:1}', '1,3'],
    ['${f:package2cpus:1}', 'cpu2,cpu3'],
    ['${f:package2uncores:0}', '${f:package2uncores:0}'],
    ['${f:intel_recommended_pstate}', 'active'],
    ['${f:cpuinfo_check:AMD:a:Intel:i:other}', 'i'],
    ['${f:regex_search_ternary:Y:\\b[y,Y,1]\\b:on:off}', 'on'],
    ['${f:virt_check:vm:metal}', 'vm'],
    ['${f:kb2s:${f:s2kb:7}}', '8'],
    ['${f:lscpu_check:x:y}', '${f:lscpu_check:x:y}'],
    ['${f:check_net_queue_count:8}', '8'],
  ])('%s is %s', async (text, value) => {
    expect(await expanded(text)).toBe(value)
  })

  it('run programs only where a host is given, and commands of the profile only where that is allowed', async () => {
    const ran: string[] = []
    const host: Pick<Host, 'run'> = {
      async run(argv) {
        ran.push(argv.join(' '))
        return {
          argv,
          exitCode: 0,
          signal: undefined,
          durationMs: 1,
          stdout: argv[0] === 'virt-what' ? '' : 'out\n',
          stderr: '',
          stdoutBytes: new Uint8Array(),
        } satisfies RunResult
      },
    }
    expect(await expanded('${f:exec:echo:a}', { runtime: { host } })).toBe('${f:exec:echo:a}')
    expect(await expanded('${f:exec:echo:a}', { runtime: { allowExec: true } })).toBe('${f:exec:echo:a}')
    expect(ran).toEqual([])
    expect(await expanded('${f:exec:echo:a}', { runtime: { host, allowExec: true } })).toBe('out\n')
    expect(await expanded('${f:virt_check:vm:metal}', { runtime: { host } })).toBe('metal')
    expect(await expanded('${f:lscpu_check:^out:yes}', { runtime: { host } })).toBe('yes')
    expect(ran).toEqual(['echo a', 'virt-what', 'lscpu'])
  })
})

describe('profiles on a system', () => {
  it('are listed with their summaries, the administrator’s in place of the package’s', async () => {
    expect(
      await listTunedProfiles(
        tree({
          b: '[main]\nsummary=B\n',
          a: 'broken',
          '/etc/tuned/profiles/b/tuned.conf': '[main]\nsummary = mine # really\n',
          '/usr/lib/tuned/recommend.d/x': '',
        }),
      ),
    ).toEqual([
      { name: 'a', path: '/usr/lib/tuned/a/tuned.conf', summary: '' },
      { name: 'b', path: '/etc/tuned/profiles/b/tuned.conf', summary: 'mine' },
    ])
  })

  it('are active as tuned was told', async () => {
    expect(await activeTunedProfile(tree({}))).toBeUndefined()
    expect(
      await activeTunedProfile(
        tree({}, { '/etc/tuned/active_profile': 'virtual-guest mine\n', '/etc/tuned/profile_mode': 'manual\n', '/etc/tuned/post_loaded_profile': '\n' }),
      ),
    ).toEqual({ names: ['virtual-guest', 'mine'], mode: 'manual', postLoaded: undefined })
    expect(
      await activeTunedProfile(
        tree({}, { '/etc/tuned/active_profile': 'balanced', '/etc/tuned/profile_mode': 'auto', '/etc/tuned/post_loaded_profile': 'site' }),
      ),
    ).toEqual({ names: ['balanced'], mode: 'auto', postLoaded: 'site' })
  })
})
