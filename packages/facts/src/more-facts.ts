import { HostwrightError } from '@hostwright/core'
import { defined } from './internal/defined.ts'

/** A slot for memory. */
export interface MemoryModule {
  readonly sizeBytes: number
  readonly slot?: string
  readonly type?: string
  readonly clockMhz?: number
  readonly formFactor?: string
  readonly manufacturer?: string
  readonly partNumber?: string
  readonly serial?: string
  readonly errorCorrecting?: boolean
}

/** A display that is plugged in. */
export interface AttachedDisplay {
  readonly connection?: string
  readonly vendor?: string
  readonly model?: string
  readonly widthPixels?: number
  readonly heightPixels?: number
  readonly refreshHz?: number
}

/** What only other programs can tell. */
export interface MoreFacts {
  readonly memoryModules: readonly MemoryModule[]
  readonly displays: readonly AttachedDisplay[]
}

/**
 * Facts that are in no file: memory modules (through `dmidecode`, for root only) and displays (through `xrandr`, in a session). Unlike the rest
 * of this library it starts processes, takes up to seconds, and looks at the machine that it runs on. What cannot be found out is left out.
 *
 * @throws `UNSUPPORTED` if the library systeminformation cannot look at this system
 */
export async function readMoreFacts(): Promise<MoreFacts> {
  try {
    const { graphics, memLayout } = (await import('systeminformation')).default
    const [layout, screens] = await Promise.all([memLayout(), graphics()])
    return {
      memoryModules: layout
        // Without dmidecode the library makes one module of all memory.
        .filter((module) => module.size > 0 && (known(module.type) ?? known(module.formFactor)) !== undefined)
        .map((module) =>
          defined({
            sizeBytes: module.size,
            slot: known(module.bank),
            type: known(module.type),
            clockMhz: module.clockSpeed || undefined,
            formFactor: known(module.formFactor),
            manufacturer: known(module.manufacturer),
            partNumber: known(module.partNum),
            serial: known(module.serialNum),
            errorCorrecting: module.ecc ?? undefined,
          }),
        ),
      displays: screens.displays.map((display) =>
        defined({
          connection: known(display.connection),
          vendor: known(display.vendor),
          model: known(display.model),
          widthPixels: display.resolutionX ?? display.currentResX ?? undefined,
          heightPixels: display.resolutionY ?? display.currentResY ?? undefined,
          refreshHz: display.currentRefreshRate ?? undefined,
        }),
      ),
    }
  } catch (cause) {
    throw new HostwrightError('UNSUPPORTED', 'systeminformation cannot look at this system', { hint: 'Use readFacts(), which needs no other program.', cause })
  }
}

function known(text: string | null | undefined): string | undefined {
  return text === null || text === undefined || text === '' || /^(?:unknown|empty|not specified)$/i.test(text) ? undefined : text
}
