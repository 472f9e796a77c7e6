import type { Planner, StepDetails } from '@hostwright/core'
import { readManagedFile, renderManagedFile } from './managed-file.ts'

/** What a managed file is to hold. */
export interface ManagedContent {
  /** What it is written for: `profile server`. */
  readonly what: string
  /** One line on what the file does. */
  readonly purpose: string
  /** The lines below the header; empty: the file is not needed and is removed. */
  readonly body: string
}

/** Plans that a file of ours has this content, or is gone if there is nothing to hold. Says so if someone has edited it. */
export async function planManagedFile(planner: Planner, path: string, content: ManagedContent, details: StepDetails = {}): Promise<void> {
  const state = await planner.readPath(path)
  const text = state.type === 'file' && 'text' in state.content ? state.content.text : undefined
  const known = text === undefined ? undefined : await readManagedFile(text)
  if (state.type !== 'absent' && known === undefined) {
    if (content.body !== '')
      planner.note('warning', path, 'is there and was not written by Hostwright; it is left alone, so these values do not survive a reboot')
    return
  }
  if (content.body === '') {
    if (known === undefined) return
    if (!known.intact)
      planner.note('warning', path, 'was edited by hand since Hostwright wrote it; removing it drops those edits too (the undo brings them back)')
    await planner.remove(path, details)
    return
  }
  const wanted = await renderManagedFile(content.what, content.purpose, content.body)
  if (known !== undefined && !known.intact && text !== wanted) {
    planner.note('warning', path, 'was edited by hand since Hostwright wrote it; the edits are replaced (the undo brings them back)')
  }
  await planner.write(path, wanted, { why: content.purpose, ...details })
}
