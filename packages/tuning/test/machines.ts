import type { KernelRule, ModelOptions } from './model-host.ts'

/** Attributes of a kernel with brackets around what is in force. */
export function selection(words: string): KernelRule {
  const offered = words.split(' ')
  return (value) => {
    if (!offered.includes(value)) throw new Error(`EINVAL: ${value} is not one of ${words}`)
    return offered.map((word) => (word === value ? `[${word}]` : word)).join(' ')
  }
}

/** Of a pair of twins, writing one zeroes the other; 0 itself is refused where the kernel refuses it. */
function twin(other: string, zeroIsRefused: boolean): KernelRule {
  return (value, model) => {
    if (zeroIsRefused && Number(value) === 0) throw new Error('EINVAL')
    const entry = model.entries.get(other)
    if (entry !== undefined) model.entries.set(other, { ...entry, text: '0\n' })
    return value
  }
}

const scheduler = 'none mq-deadline kyber bfq'

/** What Linux 6.18 does: the scheduler brings its own queue depth, write-back throttling and parameters. */
function switchScheduler(disk: string): KernelRule {
  const queue = `/sys/block/${disk}/queue`
  return (value, model) => {
    const text = selection(scheduler)(value, model)
    const put = (name: string, content: string): void => void model.entries.set(`${queue}/${name}`, { text: `${content}\n`, mode: 0o644 })
    for (const path of model.entries.keys()) if (path.startsWith(`${queue}/iosched/`)) model.entries.delete(path)
    put('nr_requests', value === 'none' ? '128' : '256')
    put('wbt_lat_usec', value === 'bfq' ? '0' : '2000')
    if (value === 'mq-deadline') {
      put('iosched/read_expire', '500')
      put('iosched/fifo_batch', '16')
    }
    if (value === 'bfq') put('iosched/low_latency', '1')
    return text
  }
}

const vm = '/proc/sys/vm'

function sysctls(): Record<string, string> {
  return {
    [`${vm}/swappiness`]: '60\n',
    [`${vm}/dirty_ratio`]: '20\n',
    [`${vm}/dirty_bytes`]: '0\n',
    [`${vm}/dirty_background_ratio`]: '10\n',
    [`${vm}/dirty_background_bytes`]: '0\n',
    [`${vm}/dirty_writeback_centisecs`]: '500\n',
    [`${vm}/vfs_cache_pressure`]: '100\n',
    [`${vm}/page-cluster`]: '3\n',
    [`${vm}/max_map_count`]: '65530\n',
    [`${vm}/min_free_kbytes`]: '67584\n',
    [`${vm}/stat_interval`]: '1\n',
    '/proc/sys/kernel/sched_autogroup_enabled': '1\n',
    '/proc/sys/kernel/numa_balancing': '1\n',
    '/proc/sys/kernel/nmi_watchdog': '1\n',
    '/proc/sys/kernel/timer_migration': '1\n',
    '/proc/sys/kernel/hung_task_timeout_secs': '120\n',
    '/proc/sys/kernel/split_lock_mitigate': '1\n',
    '/proc/sys/kernel/shmmax': '18446744073692774399\n',
    '/proc/sys/kernel/sem': '32000\t1024000000\t500\t32000\n',
    '/proc/sys/kernel/kexec_load_disabled': '0\n',
    '/proc/sys/fs/aio-max-nr': '65536\n',
    '/proc/sys/fs/inotify/max_user_watches': '8192\n',
    '/proc/sys/fs/inotify/max_user_instances': '128\n',
    '/proc/sys/net/core/somaxconn': '1024\n',
    '/proc/sys/net/core/netdev_max_backlog': '1000\n',
    '/proc/sys/net/core/busy_read': '0\n',
    '/proc/sys/net/core/busy_poll': '0\n',
    '/proc/sys/net/core/rmem_max': '212992\n',
    '/proc/sys/net/core/wmem_max': '212992\n',
    '/proc/sys/net/ipv4/tcp_rmem': '4096\t131072\t6291456\n',
    '/proc/sys/net/ipv4/tcp_wmem': '4096\t16384\t4194304\n',
    '/proc/sys/net/ipv4/tcp_fastopen': '1\n',
    '/proc/sys/net/ipv4/tcp_notsent_lowat': '4294967295\n',
    '/proc/sys/net/ipv4/tcp_slow_start_after_idle': '1\n',
    '/proc/sys/net/ipv4/neigh/default/gc_thresh1': '128\n',
    '/proc/sys/net/ipv4/neigh/default/gc_thresh2': '512\n',
    '/proc/sys/net/ipv4/neigh/default/gc_thresh3': '1024\n',
  }
}

/** `device` is where the disk is attached, as the link in `/sys/block` says. */
function disk(name: string, device: string, rotational: boolean): Record<string, string | { readonly target: string }> {
  const queue = `/sys/block/${name}/queue`
  return {
    [`${queue}/scheduler`]: 'none [mq-deadline] kyber bfq\n',
    [`${queue}/nr_requests`]: '64\n',
    [`${queue}/read_ahead_kb`]: '128\n',
    [`${queue}/wbt_lat_usec`]: '75000\n',
    [`${queue}/rotational`]: rotational ? '1\n' : '0\n',
    [`${queue}/iosched/read_expire`]: '250\n',
    [`${queue}/iosched/fifo_batch`]: '16\n',
    [`/sys/block/${name}`]: { target: `../devices/pci0000:00/${device}/${name}` },
  }
}

const rules: Record<string, KernelRule> = {
  [`${vm}/dirty_ratio`]: twin(`${vm}/dirty_bytes`, false),
  [`${vm}/dirty_bytes`]: twin(`${vm}/dirty_ratio`, true),
  [`${vm}/dirty_background_ratio`]: twin(`${vm}/dirty_background_bytes`, false),
  [`${vm}/dirty_background_bytes`]: twin(`${vm}/dirty_background_ratio`, true),
  '/sys/block/sda/queue/scheduler': switchScheduler('sda'),
  '/sys/block/nvme0n1/queue/scheduler': switchScheduler('nvme0n1'),
  '/sys/block/vda/queue/scheduler': switchScheduler('vda'),
  '/sys/kernel/mm/transparent_hugepage/enabled': selection('always madvise never'),
  '/sys/kernel/mm/transparent_hugepage/defrag': selection('always defer defer+madvise madvise never'),
  ...Object.fromEntries(
    ['sda', 'nvme0n1', 'vda'].map((name): [string, KernelRule] => [
      `/sys/block/${name}/queue/read_ahead_kb`,
      (value) => String(Math.floor(Number(value) / 4) * 4),
    ]),
  ),
}

const common = {
  '/proc/meminfo': 'MemTotal:       16303428 kB\nMemFree: 1 kB\n',
  '/proc/cmdline': 'root=/dev/sda1 ro quiet\n',
  '/usr/lib/systemd/systemd-sysctl': '',
  '/usr/bin/systemd-tmpfiles': '',
  '/usr/lib/udev/rules.d/60-block.rules': '',
  '/sys/kernel/mm/transparent_hugepage/enabled': 'always [madvise] never\n',
  '/sys/kernel/mm/transparent_hugepage/defrag': 'always defer defer+madvise [madvise] never\n',
  '/sys/kernel/mm/transparent_hugepage/khugepaged/max_ptes_none': '511\n',
}

/** A laptop: an Intel CPU with its own power control, an NVMe disk and a battery. */
export function laptop(): ModelOptions {
  const cpufreq: Record<string, string> = {}
  for (const cpu of [0, 1]) {
    const policy = `/sys/devices/system/cpu/cpufreq/policy${cpu}`
    cpufreq[`${policy}/scaling_governor`] = 'powersave\n'
    cpufreq[`${policy}/scaling_available_governors`] = 'performance powersave \n'
    cpufreq[`${policy}/energy_performance_preference`] = 'balance_performance\n'
    cpufreq[`${policy}/energy_performance_available_preferences`] = 'default performance balance_performance balance_power power \n'
    cpufreq[`/sys/devices/system/cpu/cpu${cpu}/power/energy_perf_bias`] = '6\n'
    cpufreq[`/sys/devices/system/cpu/cpu${cpu}/power/pm_qos_resume_latency_us`] = '0\n'
  }
  // intel_pstate: the governor performance forces the hint of the same name, and refuses others while it is in force.
  const governors: Record<string, KernelRule> = {}
  for (const cpu of [0, 1]) {
    const policy = `/sys/devices/system/cpu/cpufreq/policy${cpu}`
    const hint = `${policy}/energy_performance_preference`
    governors[`${policy}/scaling_governor`] = (value, model) => {
      if (value === 'performance') model.entries.set(hint, { text: 'performance\n', mode: 0o644 })
      return value
    }
    governors[hint] = (value, model) => {
      if (value !== 'performance' && model.entries.get(`${policy}/scaling_governor`)?.text.trim() === 'performance') throw new Error('EBUSY')
      return value
    }
  }
  return {
    files: {
      ...common,
      ...sysctls(),
      ...disk('nvme0n1', '0000:01:00.0/nvme/nvme0', false),
      ...cpufreq,
      '/sys/devices/system/cpu/intel_pstate/min_perf_pct': '8\n',
      '/sys/firmware/acpi/platform_profile': 'balanced\n',
      '/sys/firmware/acpi/platform_profile_choices': 'low-power balanced performance\n',
      '/sys/module/snd_hda_intel/parameters/power_save': '10\n',
      '/sys/module/pcie_aspm/parameters/policy': '[default] performance powersave powersupersave\n',
      '/sys/bus/pci/devices/0000:00:1f.3/power/control': 'on\n',
    },
    rules: { ...rules, ...governors, '/sys/module/pcie_aspm/parameters/policy': selection('default performance powersave powersupersave') },
  }
}

/** A server with a spinning disk behind SATA. */
export function metalServer(): ModelOptions {
  return {
    files: {
      ...common,
      ...sysctls(),
      ...disk('sda', '0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block', true),
      '/proc/meminfo': 'MemTotal:       131914752 kB\n',
      '/sys/class/scsi_host/host0/link_power_management_policy': 'max_performance\n',
    },
    rules,
  }
}

/** A small virtual machine: nothing of power management, and a kernel without NMI watchdog. */
export function smallGuest(): ModelOptions {
  const files: ModelOptions['files'] = {
    ...common,
    ...sysctls(),
    ...disk('vda', '0000:00:05.0/virtio1/block', false),
    '/proc/meminfo': 'MemTotal:        2014208 kB\n',
    '/proc/sys/kernel/nmi_watchdog': { text: '0\n', mode: 0o444 },
  }
  const { '/proc/sys/kernel/numa_balancing': _, '/proc/sys/kernel/split_lock_mitigate': __, ...rest } = files
  return { files: rest, rules }
}
