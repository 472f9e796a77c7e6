import type { FileTree } from '@hostwright/core'
import { readTexts } from './internal/attribute.ts'
import { defined } from './internal/defined.ts'
import { toCount } from './internal/number-text.ts'
import { parseGroup, parsePasswd, type Group, type User } from './passwd.ts'

/** A line that is no entry. */
export interface AccountProblem {
  readonly file: string
  readonly line: number
  readonly message: string
}

/** The accounts of the system's own files; those of a directory service are not among them. */
export interface AccountFacts {
  readonly users: readonly User[]
  readonly groups: readonly Group[]
  /** Where accounts of people start. */
  readonly firstUserId: number
  readonly problems: readonly AccountProblem[]
}

/** Users and groups from `/etc/passwd` and `/etc/group` (passwd(5), group(5)). Passwords are not read. */
export async function readUsers(fs: FileTree): Promise<AccountFacts> {
  const [passwd, group, loginDefs] = await readTexts(fs, ['/etc/passwd', '/etc/group', '/etc/login.defs'])
  const firstUserId = toCount(/^\s*UID_MIN\s+(\d{1,10})/m.exec(loginDefs ?? '')?.[1]) ?? 1000
  const users = parsePasswd(passwd ?? '')
  const groups = parseGroup(group ?? '')
  return defined({
    users: users.entries,
    groups: groups.entries,
    firstUserId,
    problems: [
      ...users.problems.map((problem) => ({ file: '/etc/passwd', ...problem })),
      ...groups.problems.map((problem) => ({ file: '/etc/group', ...problem })),
    ],
  })
}
