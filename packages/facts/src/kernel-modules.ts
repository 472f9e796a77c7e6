/** A loaded kernel module. */
export interface KernelModule {
  readonly name: string
  readonly sizeBytes: number
  /** How many users hold it; -1 if it cannot be unloaded. */
  readonly references: number
  readonly usedBy: readonly string[]
  readonly state: 'live' | 'loading' | 'unloading'
  /** Letters of the taint that it brings, such as `OE`. */
  readonly taint?: string
}

const states: Readonly<Record<string, KernelModule['state']>> = { Live: 'live', Loading: 'loading', Unloading: 'unloading' }

/** The lines of `/proc/modules` (`kernel/module/procfs.c`); lines of another form are left out. */
export function parseModules(text: string): readonly KernelModule[] {
  const modules: KernelModule[] = []
  for (const line of text.split('\n')) {
    const [, name, size, references, users, state, taint] =
      /^(\S+) (\d{1,15}) (-?\d{1,9}|-) (\S+) (Live|Loading|Unloading) \S+(?: \((\w+)[+-]?\))?/.exec(line) ?? []
    if (name === undefined) continue
    modules.push({
      name,
      sizeBytes: Number(size),
      references: references === '-' ? 0 : Number(references),
      // `[permanent]` stands among the users.
      usedBy: users === '-' ? [] : (users?.split(',').filter((user) => user !== '' && !user.startsWith('[')) ?? []),
      state: states[state ?? ''] ?? 'live',
      ...(taint === undefined ? {} : { taint }),
    })
  }
  return modules
}
