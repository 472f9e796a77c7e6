/** A user of `/etc/passwd`. */
export interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
  /** The comment field, mostly the full name. */
  readonly comment: string
  readonly home: string
  /** Empty means `/bin/sh`. */
  readonly shell: string
  /** Whether the shell lets someone log in. */
  readonly canLogin: boolean
}

/** A group of `/etc/group`. */
export interface Group {
  readonly name: string
  readonly gid: number
  readonly members: readonly string[]
}

/** The entries of an account file and the lines that are none. */
export interface AccountFile<Entry> {
  readonly entries: readonly Entry[]
  readonly problems: readonly { readonly line: number; readonly message: string }[]
}

/** The lines of `/etc/passwd`. Those that hand over to NIS (`+`, `-`) are left out. */
export function parsePasswd(text: string): AccountFile<User> {
  return parseLines(text, 7, ([name, , uid, gid, comment, home, shell]) => {
    const [user, group] = [toId(uid), toId(gid)]
    if (name === undefined || name === '') return 'the name is empty'
    if (user === undefined) return `the user number is ${uid ?? ''}`
    if (group === undefined) return `the group number is ${gid ?? ''}`
    const login = shell ?? ''
    return {
      name,
      uid: user,
      gid: group,
      comment: comment ?? '',
      home: home ?? '',
      shell: login,
      canLogin: !/\/(?:nologin|false|sync|halt|shutdown)$/.test(login),
    }
  })
}

/** The lines of `/etc/group`. Those that hand over to NIS (`+`, `-`) are left out. */
export function parseGroup(text: string): AccountFile<Group> {
  return parseLines(text, 4, ([name, , gid, members]) => {
    const group = toId(gid)
    if (name === undefined || name === '') return 'the name is empty'
    if (group === undefined) return `the group number is ${gid ?? ''}`
    return { name, gid: group, members: members?.split(',').filter((member) => member !== '') ?? [] }
  })
}

function parseLines<Entry extends object>(text: string, fieldCount: number, parse: (fields: readonly string[]) => Entry | string): AccountFile<Entry> {
  const entries: Entry[] = []
  const problems: { line: number; message: string }[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || /^[+\-#]/.test(line)) continue
    const fields = line.split(':')
    const parsed = fields.length === fieldCount ? parse(fields) : `it has ${fields.length} fields instead of ${fieldCount}`
    if (typeof parsed === 'string') problems.push({ line: index + 1, message: parsed })
    else entries.push(parsed)
  }
  return { entries, problems }
}

function toId(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= 0xffff_ffff ? Number(text) : undefined
}
