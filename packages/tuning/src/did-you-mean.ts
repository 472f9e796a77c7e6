import { suggest } from '@hostwright/core'

/** `Did you mean …?` for a mistyped word, else the sentence given. */
export function didYouMean(word: string, candidates: Iterable<string>, otherwise: string): string {
  const nearest = suggest(word, candidates)
  return nearest === undefined ? otherwise : `Did you mean \`${nearest}\`?`
}
