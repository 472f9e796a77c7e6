import type { FileTree } from '@hostwright/core'

/** The attributes of one device, by their path below its directory; `undefined` where missing, unreadable or empty. */
export type Attributes<K extends string> = Readonly<Record<K, string | undefined>>

/** Attributes of one directory, trimmed, in one round trip. */
export async function readAttributes<K extends string>(fs: FileTree, directory: string, names: readonly K[]): Promise<Attributes<K>> {
  const [attributes] = await readAttributesOf(fs, [directory], names)
  return attributes as Attributes<K>
}

/** The same attributes of many directories, trimmed, in one round trip and in the order of the directories. */
export async function readAttributesOf<K extends string>(fs: FileTree, directories: readonly string[], names: readonly K[]): Promise<readonly Attributes<K>[]> {
  const texts = await fs.readMany(directories.flatMap((directory) => names.map((name) => `${directory}/${name}`)))
  return directories.map((_, row) =>
    Object.fromEntries(names.map((name, column) => [name, present(texts[row * names.length + column])])),
  ) as unknown as readonly Attributes<K>[]
}

/** Files as trimmed text; `undefined` where missing, unreadable or empty. */
export async function readTexts(fs: FileTree, paths: readonly string[]): Promise<readonly (string | undefined)[]> {
  return (await fs.readMany(paths)).map(present)
}

/** The text without NUL bytes and white space at its ends, if anything is left. */
function present(text: string | undefined): string | undefined {
  // Device tree strings end in NUL; firmware pads its strings with it.
  const trimmed = text?.replace(/^[\s\0]+|[\s\0]+$/g, '')
  return trimmed === '' ? undefined : trimmed
}
