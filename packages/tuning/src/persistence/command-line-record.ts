import { renderManagedFile } from './managed-file.ts'

/** Which parameters were added to which file. */
export type CommandLineRecord = ReadonlyMap<string, readonly string[]>

/** A record as a managed file: one line `FILE<tab>PARAMETER` for each parameter. */
export function renderCommandLineRecord(what: string, record: CommandLineRecord): Promise<string> {
  const lines = [...record].flatMap(([path, parameters]) => parameters.map((parameter) => `${path}\t${parameter}\n`))
  return renderManagedFile(what, 'which parameters were added to which kernel command line, so that exactly those can be removed', lines.join(''))
}

/** Reads a record; lines that are no entries are passed over. */
export function readCommandLineRecord(text: string): CommandLineRecord {
  const record = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [path, parameter] = line.split('\t')
    if (line.startsWith('#') || path === undefined || parameter === undefined || parameter === '') continue
    record.set(path, [...(record.get(path) ?? []), parameter])
  }
  return record
}
