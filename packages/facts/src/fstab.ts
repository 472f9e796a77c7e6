import { unescapeOctal } from './internal/number-text.ts'

/** A line of `/etc/fstab`. */
export interface FstabEntry {
  readonly line: number
  /** `UUID=…`, `/dev/…`, `host:/path` … as it stands there. */
  readonly source: string
  readonly mountPoint: string
  readonly type: string
  readonly options: readonly string[]
  readonly dump: number
  readonly pass: number
}

/** The entries of `/etc/fstab` (fstab(5)); comments and lines with fewer than three fields are left out. */
export function parseFstab(text: string): readonly FstabEntry[] {
  const entries: FstabEntry[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const [source, mountPoint, type, options, dump, pass] = line.trim().split(/\s+/)
    if (source === undefined || source === '' || source.startsWith('#') || mountPoint === undefined || type === undefined) continue
    entries.push({
      line: index + 1,
      source: unescapeOctal(source),
      mountPoint: unescapeOctal(mountPoint),
      type,
      options: (options ?? 'defaults').split(',').map(unescapeOctal),
      dump: /^\d$/.test(dump ?? '') ? Number(dump) : 0,
      pass: /^\d$/.test(pass ?? '') ? Number(pass) : 0,
    })
  }
  return entries
}
