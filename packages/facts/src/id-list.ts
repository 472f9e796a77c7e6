import { findBytes, type FileTree } from '@hostwright/core'

/** A file in the format of `pci.ids`, read by parts. */
export interface IdList {
  /** The line that starts so, with the lines below it that are indented or comments; `undefined` if there is none. */
  readSection(start: string): Promise<string | undefined>
}

const blockBytes = 4 * 1024

/** Ten times what the lists have today. */
const maxBlocks = 4096

/** The longest section, Intel's, has 120 kB. */
const maxSectionBlocks = 256

/**
 * A list of hardware numbers. Its vendors are sorted by their number and its classes come after them, so a section is found by halving.
 *
 * @throws `NOT_FOUND`, `PERMISSION_DENIED`, and the codes of the transport
 */
export async function openIdList(fs: FileTree, path: string): Promise<IdList> {
  const { sizeBytes } = await fs.stat(path)
  const blockCount = Math.min(Math.ceil(sizeBytes / blockBytes), maxBlocks)
  const blocks = new Map<number, string>()
  const firstSections = new Map<number, string>()

  // Latin-1 keeps one character for each byte, so that positions stay right; names are decoded at the end.
  const readBlock = async (index: number): Promise<string> => {
    const known = blocks.get(index)
    if (known !== undefined) return known
    const bytes = await findBytes(fs, path, blockBytes, index * blockBytes)
    const text = bytes === undefined ? '' : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
    blocks.set(index, text)
    return text
  }

  /** The start of the first section that begins in this block or after it. */
  const firstSection = async (from: number): Promise<string | undefined> => {
    let found: string | undefined
    let index = from
    for (; found === undefined && index < Math.min(from + maxSectionBlocks, blockCount); index += 1) {
      found = firstSections.get(index)
      if (found !== undefined) continue
      // A line's first characters may lie in the next block.
      const text = `${await readBlock(index)}${(await readBlock(index + 1)).slice(0, 8)}`
      found = /\n((?:[0-9a-f]{4}|[A-Z]{1,3} [0-9a-f]{2,4}) {2})/.exec(text)?.[1]
    }
    // The middle of a long section is come across again and again.
    if (found !== undefined) for (let passed = from; passed < index; passed += 1) firstSections.set(passed, found)
    return found
  }

  return {
    async readSection(start) {
      let low = 0
      let high = blockCount
      // The last block in which a section begins that is not after the wanted one.
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2)
        const found = await firstSection(middle)
        if (found === undefined || isAfter(found, start)) high = middle
        else low = middle
      }
      const first = await readBlock(low)
      // The line may begin in one block and end in the next.
      const from = low === 0 && first.startsWith(start) ? 0 : `${first}${(await readBlock(low + 1)).slice(0, start.length)}`.indexOf(`\n${start}`) + 1
      if (from === 0 && (low > 0 || !first.startsWith(start))) return undefined
      const parts: string[] = []
      for (let index = low; index < Math.min(low + maxSectionBlocks, blockCount); index += 1) {
        const begin = index === low ? from : 0
        const block = await readBlock(index)
        const end = endOfSection(block, begin, parts.at(-1)?.endsWith('\n') === true)
        parts.push(block.slice(begin, end))
        if (end !== undefined) break
      }
      return Buffer.from(parts.join(''), 'latin1').toString('utf8')
    },
  }
}

/** Vendors come first, by number, then the classes (`C 03`); other lists stand at the end of `usb.ids`. */
function isAfter(found: string, wanted: string): boolean {
  const [foundRank, wantedRank] = [rank(found), rank(wanted)]
  return foundRank === wantedRank ? found > wanted : foundRank > wantedRank
}

function rank(start: string): number {
  return /^[0-9a-f]{4} /.test(start) ? 0 : start.startsWith('C ') ? 1 : 2
}

/** Where the next line that is neither indented nor a comment begins; `undefined` if that is in a later block. */
function endOfSection(block: string, from: number, afterNewline: boolean): number | undefined {
  if (afterNewline && block[0] !== '\t' && block[0] !== '#') return 0
  for (let at = block.indexOf('\n', from); at !== -1 && at + 1 < block.length; at = block.indexOf('\n', at + 1)) {
    if (block[at + 1] !== '\t' && block[at + 1] !== '#') return at + 1
  }
  return undefined
}
