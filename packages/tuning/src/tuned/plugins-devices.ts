import { listNames } from '@hostwright/core'
import { integerTo, modified, setTo, switched, unknownOption, unsupported } from './placement.ts'
import type { ExpandedOption, Placement, PluginContext, TunedPlugin } from './placement.ts'
import { parseInteger, words } from './python-text.ts'

const queue = '/sys/block/{disk}/queue'

const disk: TunedPlugin = {
  hasDevices: true,
  dynamic: (unit) =>
    isOff(unit.options.get('dynamic')?.value) ? undefined : 'tuned watches the disks and changes their power management and spin-down with the load.',
  place(option) {
    const { name, value } = option
    if (name === 'elevator') return setTo(`${queue}/scheduler`, value)
    if (name === 'readahead') return placeReadahead(value)
    if (name === 'scheduler_quantum') return unsupported('It is of the CFQ scheduler, which kernels have no longer had since 5.0.')
    if (name === 'readahead_multiply') return unsupported('It multiplies what is there, so that applying it twice multiplies twice; `readahead` sets a value.')
    if (name === 'apm') return integerTo('command:hdparm-apm/level/{disk}', value)
    if (name === 'spindown') return integerTo('command:hdparm-standby/level/{disk}', value)
    if (name === 'dynamic') return unsupported('It says whether tuned follows the load of the disks; a profile here sets values once.')
    return unknownOption(option, 'disk')
  },
}

/** KiB, or with ` s` at its end sectors of 512 bytes. */
function placeReadahead(text: string): Placement {
  const value = modified(text, (plain) => {
    const [amount, unit] = words(plain)
    const number = parseInteger(amount ?? '')
    if (number === undefined) return undefined
    return `${unit?.startsWith('s') === true ? number / 2n : number}`
  })
  return value === undefined ? unsupported(`\`${text}\` is no read-ahead; tuned refuses it too.`) : setTo(`${queue}/read_ahead_kb`, value)
}

/** What tuned and ethtool's -K call offloads, and what ethtool prints them as. */
const features: ReadonlyMap<string, string> = new Map([
  ['rx', 'rx-checksumming'],
  ['tx', 'tx-checksumming'],
  ['sg', 'scatter-gather'],
  ['tso', 'tcp-segmentation-offload'],
  ['ufo', 'udp-fragmentation-offload'],
  ['gso', 'generic-segmentation-offload'],
  ['gro', 'generic-receive-offload'],
  ['lro', 'large-receive-offload'],
  ['rxvlan', 'rx-vlan-offload'],
  ['txvlan', 'tx-vlan-offload'],
  ['ntuple', 'ntuple-filters'],
  ['rxhash', 'receive-hashing'],
])

const ethtoolTopics: readonly string[] = ['coalesce', 'features', 'ring', 'channels', 'pause']

const net: TunedPlugin = {
  hasDevices: true,
  dynamic: (unit) => (isOff(unit.options.get('dynamic')?.value) ? undefined : 'tuned watches the interfaces and lowers the speed of idle ones.'),
  place(option, context) {
    const { name, value } = option
    if (name === 'nf_conntrack_hashsize') return integerTo('/sys/module/nf_conntrack/parameters/hashsize', value)
    if (name === 'txqueuelen') return integerTo('/sys/class/net/{interface}/tx_queue_len', value)
    if (name === 'mtu') return integerTo('/sys/class/net/{interface}/mtu', value)
    if (name === 'dynamic') return unsupported('It says whether tuned follows the load of the interfaces; a profile here sets values once.')
    if (name === 'wake_on_lan') return placeWakeOnLan(value)
    return ethtoolTopics.includes(name) ? placeEthtool(option, context) : unknownOption(option, 'net')
  },
}

function placeWakeOnLan(value: string): Placement {
  const letters = value.replaceAll('0', 'd')
  return /^[pumbagsd]+$/u.test(letters)
    ? setTo('command:ethtool-wake/wol/{interface}', letters)
    : unsupported(`\`${value}\` are no letters of ethtool's \`wol\`; tuned refuses them too.`)
}

/** Pairs of names and values in any punctuation: `rx 1024, tx: 1024`. */
function placeEthtool(option: ExpandedOption, context: PluginContext): Placement {
  const parameters = words(option.value.replaceAll(/[:;,]/gu, ' '))
  if (parameters.length === 0 || parameters.length % 2 === 1)
    return unsupported(`\`${option.value.trim()}\` is no list of names and values; tuned refuses it too.`)
  const settings: { path: string; value: string }[] = []
  for (let at = 0; at < parameters.length; at += 2) {
    const path = ethtoolPath(option.name, parameters[at] ?? '')
    if (!context.knownPaths.has(path)) return unsupported(`ethtool sets it, not a file, and there is no tunable for \`${parameters[at]}\`.`)
    settings.push({ path, value: parameters[at + 1] ?? '' })
  }
  return { kind: 'settings', settings }
}

function ethtoolPath(topic: string, parameter: string): string {
  return topic === 'features'
    ? `command:ethtool-feature/${features.get(parameter) ?? parameter}/{interface}`
    : `command:ethtool-${topic}/${parameter}/{interface}`
}

const scsiHost: TunedPlugin = {
  hasDevices: true,
  place: (option) =>
    option.name === 'alpm' ? setTo('/sys/class/scsi_host/{scsihost}/link_power_management_policy', option.value) : unknownOption(option, 'scsi_host'),
}

const audioModules: readonly string[] = ['snd_hda_intel', 'snd_ac97_codec']

const audio: TunedPlugin = {
  hasDevices: true,
  place(option, context) {
    const modules = audioModules.filter((module) => context.selects(module))
    if (modules.length === 0) return unsupported(`The unit is for none of ${audioModules.join(' and ')}, the modules that have it.`)
    const all = (attribute: string, value: string): Placement => ({
      kind: 'settings',
      settings: modules.map((module) => ({ path: `/sys/module/${module}/parameters/${attribute}`, value, on: {} })),
    })
    if (option.name === 'timeout')
      return parseInteger(option.value) === undefined
        ? unsupported(`\`${option.value}\` is no integer; tuned refuses it too.`)
        : all('power_save', option.value)
    if (option.name !== 'reset_controller') return unknownOption(option, 'audio')
    return all('power_save_controller', switched(option.value) === '1' ? 'Y' : 'N')
  },
}

const usb: TunedPlugin = {
  hasDevices: true,
  place(option) {
    if (option.name !== 'autosuspend') return unknownOption(option, 'usb')
    // tuned writes 1 or 0 seconds to the older name of the same delay.
    return setTo('/sys/bus/usb/devices/{usb}/power/autosuspend_delay_ms', ['true', '1'].includes(option.value.toLowerCase()) ? '1000' : '0')
  },
}

const irq: TunedPlugin = {
  hasDevices: true,
  place(option, context) {
    if (option.name === 'mode') return unsupported('It says how `affinity` is meant; `set`, as it is written, is the only way here.')
    if (option.name !== 'affinity') return unknownOption(option, 'irq')
    if (context.unit.options.get('mode')?.value === 'intersect')
      return unsupported('Each interrupt would get another value: what it has now, without the CPUs that are not named.')
    if (option.value.trim() === '') return unsupported('An empty affinity leaves the interrupts as they are.')
    const names = context.unit.devices
    if (names === 'DEFAULT') return setTo('/proc/irq/default_smp_affinity', option.value)
    if (names !== '*' && !words(names.replaceAll(',', ' ')).every((name) => /^irq[\d*?[\]-]+$/u.test(name)))
      return unsupported(`\`${names}\` is no list of interrupts.`)
    const on = names === '*' ? {} : { on: { names: words(names.replaceAll(',', ' ')).map((name) => name.slice(3)) } }
    return { kind: 'settings', settings: [{ path: '/proc/irq/{irq}/smp_affinity_list', value: option.value, ...on }] }
  },
}

const video: TunedPlugin = {
  hasDevices: true,
  async place(option, context) {
    if (option.name === 'panel_power_savings') {
      return setTo('/sys/class/drm/{connector}/amdgpu/panel_power_savings', option.value)
    }
    if (option.name !== 'radeon_powersave') return unknownOption(option, 'video')
    const { fs } = context.system
    const cards = (await listNames(fs, '/sys/class/drm')).filter((name) => /^card\d+$/u.test(name) && context.selects(name))
    const radeons: string[] = []
    for (const card of cards) if (await fs.exists(`/sys/class/drm/${card}/device/power_method`)) radeons.push(`/sys/class/drm/${card}/device`)
    if (radeons.length === 0) return unsupported('It is for graphics cards that the radeon driver runs, and this machine has none; tuned would write nothing.')
    const state = words(option.value.replaceAll(/[:;,]/gu, ' ')).find((word) => /^dpm-(?:battery|balanced|performance)$/u.test(word))
    if (state === undefined)
      return unsupported('Only the states of dynamic power management (dpm-…) can be set; the older power profiles were replaced by it in 3.11.')
    return {
      kind: 'settings',
      settings: radeons.flatMap((device) =>
        [
          { path: `${device}/power_method`, value: 'dpm' },
          { path: `${device}/power_dpm_state`, value: state.slice(4) },
        ].map((each) => ({ ...each, on: {} })),
      ),
    }
  },
}

function isOff(value: unknown): boolean {
  return value !== undefined && !['true', '1'].includes(String(value).toLowerCase())
}

/** Plugins that set attributes of devices. */
export const devicePlugins: Readonly<Record<string, TunedPlugin>> = { disk, net, scsi_host: scsiHost, audio, usb, irq, video }
