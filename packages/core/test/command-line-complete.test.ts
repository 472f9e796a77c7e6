import { describe, expect, it } from 'vitest'
import { completeCommandLine, completionScript, completionShells, formatCompletion } from '../src/index.ts'
import { catalogue } from './command-line-catalogue.ts'

const complete = (...words: readonly string[]): ReturnType<typeof completeCommandLine> => completeCommandLine(catalogue, words)
const values = (...words: readonly string[]): string[] => complete(...words).candidates.map(({ value }) => value)

describe('completeCommandLine', () => {
  it('offers the words that may follow, with what they are about', () => {
    expect(complete('')).toEqual({
      candidates: [
        { value: 'measure', help: 'Measure how long a command takes' },
        { value: 'wall', help: 'Walls and their paint' },
      ],
    })
    expect(values('wall', '')).toEqual(['paint', 'show'])
    expect(values('--json', 'wall', 's')).toEqual(['show'])
    expect(values('--host', 'wall', 'w')).toEqual(['wall'])
  })

  it('offers the flags of the command and those of every command', () => {
    expect(values('wall', 'paint', '--c')).toEqual(['--coats', '--can', '--check', '--confirm', '--config', '--color'])
    expect(values('wall', 'paint', '--no')).toEqual(['--no-primer'])
    expect(complete('wall', 'paint', '--dry-').candidates).toEqual([{ value: '--dry-run', help: 'Show the plan and change nothing' }])
  })

  it('offers the values of a choice, behind a space, an equals sign or a comma', () => {
    expect(values('wall', 'paint', '--finish', '')).toEqual(['matt', 'satin', 'gloss'])
    expect(values('wall', 'paint', '--finish=s')).toEqual(['--finish=satin'])
    expect(values('wall', 'paint', '--tools', 'brush,r')).toEqual(['brush,roller'])
    expect(values('--color', 'a')).toEqual(['auto', 'always'])
  })

  it('asks the operation for what only it knows', () => {
    const paint = catalogue.commands.find(({ name }) => name === 'wall paint')
    expect(complete('wall', 'paint', 'no').values).toMatchObject({ command: paint, typed: 'no', prefix: '', parameter: { field: 'wall' } })
    expect(complete('wall', 'paint', 'x', 'an').values).toMatchObject({ typed: 'an', parameter: { field: 'helpers' } })
    expect(complete('wall', 'paint', '--tint=wh').values).toMatchObject({ typed: 'wh', prefix: '--tint=', parameter: { field: 'tint' } })
    expect(complete('--host', 'ssh://a,ne').values).toMatchObject({ typed: 'ne', prefix: 'ssh://a,', parameter: { field: 'host' } })
    expect(complete('wall', 'show', 'no').values).toBeUndefined()
  })

  it('asks for files and directories where a value is one', () => {
    expect(complete('wall', 'paint', '--plan', '')).toEqual({ candidates: [], path: 'file' })
    expect(complete('--state-dir', '/v')).toEqual({ candidates: [], path: 'directory' })
    expect(complete('measure', '--', 'ls', '')).toEqual({ candidates: [], path: 'file' })
  })

  it('offers nothing where nothing fits', () => {
    expect(complete('roof', '')).toEqual({ candidates: [] })
    expect(complete('wall', 'paint', '--bogus=')).toEqual({ candidates: [] })
    expect(complete()).toMatchObject({ candidates: [{ value: 'measure' }, { value: 'wall' }] })
  })
})

describe('formatCompletion', () => {
  it('writes a candidate a line, and what else fits at the end', () => {
    expect(
      formatCompletion(
        [
          { value: 'a', help: 'first\nthing' },
          { value: 'b\u001b[31m', help: '' },
        ],
        'file',
      ),
    ).toBe('a\tfirst thing\nb [31m\n:file\n')
  })
})

describe('completionScript', () => {
  it.each(completionShells)('registers every name of the program with %s', (shell) => {
    const script = completionScript(shell, ['house', 'h'])
    expect(script).toMatch(
      { bash: /^complete -F _house house h$/mu, zsh: /^#compdef house h$/mu, fish: /^complete -c h -f -a '\(__house_complete\)'$/mu }[shell],
    )
  })
})
