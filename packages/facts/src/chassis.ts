import { readBatteryTraits, readChassis as readChassisKind, readVirtualisation, type FileTree, type MachineTraits } from '@hostwright/core'
import { defined } from './internal/defined.ts'
import { readDmi } from './dmi.ts'

/** What kind of box the machine is, and its name for people. */
export interface ChassisFacts {
  readonly kind: MachineTraits['chassis']
  readonly vendor?: string
  /** Product or board model. */
  readonly model?: string
  readonly serial?: string
  readonly assetTag?: string
}

/** What kind of box the machine is, from virtualisation, DMI, ACPI, device tree and battery, as hostnamectl decides it. */
export async function readChassis(fs: FileTree): Promise<ChassisFacts> {
  const [virtualisation, battery, dmi] = await Promise.all([readVirtualisation(fs), readBatteryTraits(fs), readDmi(fs)])
  return defined({
    kind: await readChassisKind(fs, { virtualisation, battery }),
    vendor: dmi.system?.vendor ?? dmi.enclosure?.vendor,
    model: dmi.system?.product ?? dmi.deviceTree?.model ?? dmi.board?.name,
    serial: dmi.enclosure?.serial ?? dmi.system?.serial ?? dmi.deviceTree?.serial,
    assetTag: dmi.enclosure?.assetTag,
  })
}
