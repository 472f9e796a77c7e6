import type { Host } from './host.ts'

/** Whether a host can do one thing. */
export interface CapabilityReport {
  /**
   * `root`, `systemd`, `command:NAME`, `file:PATH`, `writable:PATH`, `kernel:X.Y` (at least this version),
   * or `filesystem:NAME` (in `/proc/filesystems`).
   */
  readonly name: string
  readonly available: boolean
  /** Why it is or is not available, as a full sentence for a person. */
  readonly reason: string
}

/** Throws `UNSUPPORTED` with the reasons if the host lacks one of the capabilities. */
export async function requireCapabilities(host: Host, names: readonly string[]): Promise<void> {
  const missing = (await host.capabilities(names)).filter((report) => !report.available)
  if (missing.length === 0) return
  const { HostwrightError } = await import('./errors.ts')
  throw new HostwrightError('UNSUPPORTED', missing.map((report) => report.reason).join(' '), {
    subject: host.label,
    data: { missing: missing.map((report) => report.name) },
  })
}
