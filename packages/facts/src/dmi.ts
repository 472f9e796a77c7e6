import type { FileTree } from '@hostwright/core'
import { readAttributes } from './internal/attribute.ts'
import { defined, definedIfAny } from './internal/defined.ts'

/** What the firmware says of the machine. Serial numbers and the UUID are there for root only. */
export interface DmiFacts {
  readonly system?: {
    readonly vendor?: string
    readonly product?: string
    readonly family?: string
    readonly version?: string
    readonly sku?: string
    readonly serial?: string
    readonly uuid?: string
  }
  readonly board?: { readonly vendor?: string; readonly name?: string; readonly version?: string; readonly serial?: string; readonly assetTag?: string }
  readonly enclosure?: { readonly vendor?: string; readonly type?: number; readonly version?: string; readonly serial?: string; readonly assetTag?: string }
  readonly firmware?: {
    readonly vendor?: string
    readonly version?: string
    /** As the firmware writes it, mostly `MM/DD/YYYY`. */
    readonly date?: string
    readonly release?: string
    /** How the system was started. */
    readonly mode?: 'uefi' | 'bios'
    readonly secureBoot?: boolean
  }
  /** Boards without DMI describe themselves in a device tree. */
  readonly deviceTree?: { readonly model?: string; readonly compatible: readonly string[]; readonly serial?: string }
}

const attributes = [
  'sys_vendor',
  'product_name',
  'product_family',
  'product_version',
  'product_sku',
  'product_serial',
  'product_uuid',
  'board_vendor',
  'board_name',
  'board_version',
  'board_serial',
  'board_asset_tag',
  'chassis_vendor',
  'chassis_type',
  'chassis_version',
  'chassis_serial',
  'chassis_asset_tag',
  'bios_vendor',
  'bios_version',
  'bios_date',
  'bios_release',
] as const

const secureBootVariable = '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c'

/**
 * DMI (SMBIOS types 0 to 3) and the device tree's root. Texts that vendors leave in place of a value, such as `To Be Filled By O.E.M.`, are
 * left out. Source: `Documentation/ABI/testing/sysfs-class-dmi`, DMTF DSP0134.
 */
export async function readDmi(fs: FileTree): Promise<DmiFacts> {
  const [dmi, [model, compatible, serial, secureBoot], hasEfi, isRunning] = await Promise.all([
    readAttributes(fs, '/sys/class/dmi/id', attributes),
    fs.readMany(['/proc/device-tree/model', '/proc/device-tree/compatible', '/proc/device-tree/serial-number', secureBootVariable]),
    fs.exists('/sys/firmware/efi'),
    fs.exists('/sys/firmware/acpi'),
  ])
  const own = (name: (typeof attributes)[number]): string | undefined => meaningful(dmi[name])
  const type = own('chassis_type')
  return defined({
    system: definedIfAny({
      vendor: own('sys_vendor'),
      product: own('product_name'),
      family: own('product_family'),
      version: own('product_version'),
      sku: own('product_sku'),
      serial: own('product_serial'),
      uuid: own('product_uuid'),
    }),
    board: definedIfAny({
      vendor: own('board_vendor'),
      name: own('board_name'),
      version: own('board_version'),
      serial: own('board_serial'),
      assetTag: own('board_asset_tag'),
    }),
    enclosure: definedIfAny({
      vendor: own('chassis_vendor'),
      type: type !== undefined && /^\d{1,3}$/.test(type) ? Number(type) : undefined,
      version: own('chassis_version'),
      serial: own('chassis_serial'),
      assetTag: own('chassis_asset_tag'),
    }),
    firmware: definedIfAny({
      vendor: own('bios_vendor'),
      version: own('bios_version'),
      date: own('bios_date'),
      release: own('bios_release'),
      mode: hasEfi ? ('uefi' as const) : isRunning && own('bios_vendor') !== undefined ? ('bios' as const) : undefined,
      // Four bytes of attributes, then one of value (UEFI, EFI_GLOBAL_VARIABLE).
      secureBoot: secureBoot === undefined || secureBoot.length < 5 ? undefined : secureBoot.charCodeAt(4) === 1,
    }),
    deviceTree:
      model === undefined && compatible === undefined
        ? undefined
        : defined({
            model: strings(model)[0],
            compatible: strings(compatible),
            serial: strings(serial)[0],
          }),
  })
}

function strings(property: string | undefined): readonly string[] {
  return property?.split('\0').filter((text) => text.trim() !== '') ?? []
}

const placeholders =
  /^(?:to be filled by o\.?e\.?m\.?|default string|not (?:specified|applicable|available|defined|present)|none|n\/a|unknown|oem|o\.e\.m\.|system (?:manufacturer|product name|version|serial number|sku)|base board (?:version|serial number)|chassis (?:version|serial number)|(?:no )?asset (?:tag|information)|type\d+ ?- ?\w+ ?\w*|0+|x+|\.+|-+|0123456789|invalid)$/i

function meaningful(text: string | undefined): string | undefined {
  return text === undefined || placeholders.test(text) ? undefined : text
}
