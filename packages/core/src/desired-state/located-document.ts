/** Where a value stands in its file: line and column from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A file of desired state, read but not yet checked. */
export interface LocatedDocument {
  /** As it was named, for messages. */
  readonly file: string
  readonly value: unknown
  /** Where the value at a path of keys stands, or the key itself; `undefined` if the format does not tell. */
  place(path: readonly PropertyKey[], of?: 'key' | 'value'): Place | undefined
}

/** `host.yaml:8:46`, or the file alone where no place is known. */
export function placeText(document: LocatedDocument, path: readonly PropertyKey[], of?: 'key' | 'value'): string {
  for (let length = path.length; length >= 0; length -= 1) {
    const place = document.place(path.slice(0, length), length === path.length ? of : 'value')
    if (place !== undefined) return `${document.file}:${place.line}:${place.column}`
  }
  return document.file
}
