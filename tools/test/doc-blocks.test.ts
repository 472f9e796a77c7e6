import { describe, expect, it } from 'vitest'
import { exampleBlocks, markdownBlocks } from '../doc-blocks.ts'

describe('markdownBlocks', () => {
  it('gives the ts blocks with their lines kept, and the text block that follows as the expected output', () => {
    const text = [
      '# Title',
      '',
      '```ts',
      'console.log(1)',
      '```',
      '',
      '```text',
      '1',
      '```',
      '',
      '```sh',
      'ls',
      '```',
      '```ts no-run: needs a disk',
      'x()',
      '```',
    ].join('\n')
    expect(markdownBlocks(text)).toEqual([
      { code: '\n\n\nconsole.log(1)\n', line: 4, noRun: undefined, expected: '1' },
      { code: `${'\n'.repeat(14)}x()\n`, line: 15, noRun: 'needs a disk', expected: undefined },
    ])
  })

  it('does not take a later text block for the output', () => {
    expect(markdownBlocks('```ts\na()\n```\nSome words.\n```text\n1\n```\n')[0]?.expected).toBeUndefined()
  })

  it('refuses unknown words and blocks without an end', () => {
    expect(markdownBlocks('```ts no-run\n```')[0]?.noRun).toBe('')
    expect(() => markdownBlocks('```ts norun\n```')).toThrow('`norun` means nothing here')
    expect(() => markdownBlocks('\n```ts\n')).toThrow('line 2: the block is not closed')
  })
})

describe('exampleBlocks', () => {
  it('gives the blocks below @example and no others', () => {
    const source = [
      '/**',
      ' * Adds.',
      ' *',
      ' * ```ts',
      ' * notAnExample()',
      ' * ```',
      ' *',
      ' * @example',
      ' * ```ts',
      ' * if (add(1, 2)) {',
      ' *   run()',
      ' * }',
      ' * ```',
      ' *',
      ' * @throws X',
      ' */',
      'export const add = 1',
    ].join('\n')
    expect(exampleBlocks(source)).toEqual([{ code: `${'\n'.repeat(9)}if (add(1, 2)) {\n  run()\n}\n`, line: 10, noRun: undefined, expected: undefined }])
  })
})
