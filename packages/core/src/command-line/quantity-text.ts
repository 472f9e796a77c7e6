const durationUnits: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const sizePowers = 'KMGTPE'

/**
 * Milliseconds for a duration such as `500ms`, `60s`, `5m`, `1h30m`, `2d` or `1w`; `undefined` for anything else, a number
 * without unit included, since nobody could tell what `60` means.
 */
export function parseDuration(text: string): number | undefined {
  const compact = text.trim()
  if (!/^(?:\d+(?:\.\d+)?(?:ms|min|[smhdw]))+$/u.test(compact)) return undefined
  let total = 0
  for (const [, amount, unit = ''] of compact.matchAll(/(\d+(?:\.\d+)?)(ms|min|[smhdw])/gu)) total += Number(amount) * (durationUnits[unit] ?? 0)
  const rounded = Math.round(total)
  return Number.isSafeInteger(rounded) ? rounded : undefined
}

/** The shortest exact text that {@link parseDuration} reads back: `90000` is `1m30s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s'
  let rest = Math.round(milliseconds)
  let text = ''
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const length = durationUnits[unit] ?? 1
    const count = Math.floor(rest / length)
    if (count > 0) text += `${count}${unit}`
    rest -= count * length
  }
  return text
}

/**
 * Bytes for a size such as `4096`, `64K`, `8G`, `1.5TiB` (powers of 1024) or `500MB` (powers of 1000); `undefined` for
 * anything else.
 */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s?(?:([kKMGTPE])(iB|B)?|B)?$/u.exec(text.trim())
  if (match === null) return undefined
  const [, amount, letter, suffix] = match
  const power = letter === undefined ? 0 : sizePowers.indexOf(letter.toUpperCase()) + 1
  const bytes = Number(amount) * (suffix === 'B' ? 1000 : 1024) ** power
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** A size for people, in powers of 1024 with at most one digit after the point: `1.5 GiB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  let value = bytes
  let power = 0
  while (value >= 1024 && power < sizePowers.length) {
    value /= 1024
    power += 1
  }
  const shown = value >= 100 || Number.isInteger(value) ? Math.round(value).toString() : value.toFixed(1).replace(/\.0$/u, '')
  return `${shown} ${sizePowers[power - 1]}iB`
}
