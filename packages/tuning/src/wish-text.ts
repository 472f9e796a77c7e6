import { selectedWord } from '@hostwright/core'
import type { Wish } from './wish.ts'

/** `block.scheduler of sda`, `vm.swappiness`. */
export function wishName(wish: Pick<Wish, 'id' | 'instance'>): string {
  return wish.instance === undefined ? wish.id : `${wish.id} of ${wish.instance}`
}

/** What an attribute holds, in one line: of a list the word in brackets. */
export function displayValue(wish: Pick<Wish, 'have' | 'tunable'>): string {
  const have = wish.have ?? ''
  const value = wish.tunable?.readBack === 'selection' ? (selectedWord(have) ?? have) : have
  return value.trim().split(/\s+/u).join(' ') || '(empty)'
}
