import { spawnSync } from 'node:child_process'
import { manualPages, parseCommandLine, renderHelp, renderManual } from '@hostwright/core'
import { describe, expect, it } from 'vitest'
import { exitCodeMeanings } from '../src/exit-code.ts'
import { deriveLiveCatalogue } from '../src/live-catalogue.ts'

const catalogue = await deriveLiveCatalogue()
const pages = manualPages(catalogue)
const hasGroff = spawnSync('groff', ['--version']).status === 0

describe('the catalogue', () => {
  it('has a command for every operation that spans domains, and groups for the domains', () => {
    expect(catalogue.commands.filter(({ domain }) => domain === '').map(({ name }) => name)).toEqual([
      ...['doctor', 'plan', 'apply', 'confirm', 'rollback', 'history', 'recover', 'recover install', 'schema', 'completion', 'man', 'help'],
    ])
    expect(catalogue.groups.map(({ name }) => name)).toEqual(['facts', 'tuning'])
  })

  it('explains every command, argument and flag', () => {
    const silent = catalogue.commands.flatMap(({ name, positionals, flags }) =>
      [...positionals, ...flags].filter(({ help }) => help === '').map(({ field }) => `${name}: ${field}`),
    )
    expect(silent).toEqual([])
    expect(catalogue.commands.filter(({ summary }) => !/^[A-Z].*[^.]$/u.test(summary)).map(({ name, summary }) => `${name}: ${summary}`)).toEqual([])
  })

  it('has examples that are valid command lines of their command', () => {
    for (const { name, examples } of catalogue.commands) {
      for (const { argv } of examples) expect(parseCommandLine(catalogue, argv).command?.name, argv.join(' ')).toBe(name)
    }
  })

  it('has help for every level within 80 columns', () => {
    const long = pages.flatMap((words) =>
      renderHelp(catalogue, words)
        .split('\n')
        .filter((line) => line.length > 80 && !line.startsWith('  hostwright ')),
    )
    expect(long).toEqual([])
  })

  it.skipIf(!hasGroff)('has manual pages that groff does not warn about (needs groff)', () => {
    for (const words of pages) {
      const { stderr } = spawnSync('groff', ['-ww', '-man', '-Tutf8', '-'], {
        input: renderManual(catalogue, words, { version: '0.0.0', exitCodes: exitCodeMeanings }),
        encoding: 'utf8',
      })
      expect(stderr, words.join(' ')).toBe('')
    }
  })
})
