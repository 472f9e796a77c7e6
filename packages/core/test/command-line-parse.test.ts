import { describe, expect, it } from 'vitest'
import { isHostwrightError, parseCommandLine, validateInput } from '../src/index.ts'
import { catalogue, paint } from './command-line-catalogue.ts'

const parse = (...argv: readonly string[]): ReturnType<typeof parseCommandLine> => parseCommandLine(catalogue, argv)
const refusal = (...argv: readonly string[]): { message: string; hint: string | undefined; subject: string | undefined } => {
  try {
    parse(...argv)
  } catch (error) {
    if (isHostwrightError(error, 'INVALID_INPUT')) return { message: error.message, hint: error.hint, subject: error.subject }
    throw error
  }
  throw new Error(`${argv.join(' ')} was taken`)
}

describe('parseCommandLine', () => {
  it('turns every kind of flag into the value of its field', () => {
    const { input, words } = parse(
      ...[
        'wall',
        'paint',
        'north',
        'anna',
        'ben',
        '--tint',
        'light blue',
        '--finish=gloss',
        '--coats',
        '3',
        '--ratio',
        '-0.5',
        '--dry',
        '1h30m',
        '--can',
        '2.5G',
      ],
      ...[
        '--no-primer',
        '--windows',
        '--tools',
        'brush,roller',
        '--tools',
        'brush',
        '--label',
        'a=1',
        '--label',
        'b=x=y',
        '--plan',
        './p.svg',
        '--extra',
        '{"deep":true}',
      ],
    )
    expect(words).toEqual(['wall', 'paint'])
    expect(input).toEqual({
      wall: 'north',
      helpers: ['anna', 'ben'],
      tint: 'light blue',
      finish: 'gloss',
      coats: 3,
      ratio: -0.5,
      dryMs: 5_400_000,
      canBytes: 2_684_354_560,
      primer: false,
      windows: true,
      tools: ['brush', 'roller', 'brush'],
      label: { a: '1', b: 'x=y' },
      plan: './p.svg',
      extra: { deep: true },
    })
  })

  it('takes the flags of every command before, between and behind the words', () => {
    const { globals, words, input } = parse('--host', 'ssh://a,sudo', 'wall', '--json', 'show', '-vn', '--color=never', 'north', '--confirm', '60s')
    expect(words).toEqual(['wall', 'show'])
    expect(input).toEqual({ wall: 'north' })
    expect(globals).toEqual({
      help: false,
      version: false,
      json: true,
      host: ['ssh://a', 'sudo'],
      config: undefined,
      stateDirectory: undefined,
      color: 'never',
      verbose: true,
      dryRun: true,
      check: false,
      explain: false,
      yes: false,
      confirmMs: 60_000,
    })
  })

  it('hands everything behind -- to a command that runs one', () => {
    expect(parse('measure', '--runs', '5', '--', 'sleep', '--help', '1').input).toEqual({ runs: 5, command: ['sleep', '--help', '1'] })
  })

  it('takes what stands behind -- as arguments that may begin with a dash', () => {
    expect(parse('wall', 'show', '--', '--north').input).toEqual({ wall: '--north' })
  })

  it('keeps a comma behind a backslash in a list', () => {
    expect(parse('wall', 'show', '--host', String.raw`root:/a\,b,sudo`).globals.host).toEqual(['root:/a,b', 'sudo'])
  })

  it('lets the last of repeated single values win', () => {
    expect(parse('wall', 'paint', 'n', '--coats', '1', '--coats', '4').input['coats']).toBe(4)
  })

  it('gives help for what was named, whatever else is wrong', () => {
    expect(parse('wall', 'paint', '--bogus', '-h')).toMatchObject({ words: ['wall', 'paint'], globals: { help: true } })
    expect(parse('wall', '--help')).toMatchObject({ words: ['wall'] })
    expect(parse('--help')).toMatchObject({ words: [] })
    expect(refusal('wal', '--help').message).toBe('there is no command `wal`')
  })

  it.each<[string[], string, string | undefined]>([
    [['wal', 'paint'], 'there is no command `wal`', 'Did you mean `house wall`?'],
    [['wall', 'piant', 'x'], 'there is no command `wall piant`', 'Did you mean `house wall paint`?'],
    [['wall', 'zzz'], 'there is no command `wall zzz`', 'See `house wall --help`.'],
    [['wall', 'paint', 'n', '--tnit', 'red'], '--tnit is no flag of `wall paint`', 'Did you mean `--tint`?'],
    [['wall', 'paint', 'n', '-x'], '-x is no flag of `wall paint`', 'See `house wall paint --help`.'],
    [['wall', 'paint', 'n', '--finish', 'glos'], '--finish: `glos` is not one of matt, satin, gloss', 'Did you mean `gloss`?'],
    [['wall', 'paint', 'n', '--coats', 'two'], '--coats: `two` is not a whole number', undefined],
    [['wall', 'paint', 'n', '--coats', '9'], '--coats: `9` is not between 1 and 5', undefined],
    [['wall', 'paint', 'n', '--ratio', ''], '--ratio: `` is not a number', undefined],
    [['wall', 'paint', 'n', '--dry', '60'], '--dry: `60` is not a duration such as 500ms, 60s, 5m or 1h30m', undefined],
    [['wall', 'paint', 'n', '--can', 'big'], '--can: `big` is not a size such as 4096, 64K, 8G or 500MB', undefined],
    [['wall', 'paint', 'n', '--windows=maybe'], '--windows: `maybe` is not true or false', undefined],
    [['wall', 'paint', 'n', '--label', 'x'], '--label: `x` is not NAME=VALUE', undefined],
    [['wall', 'paint', 'n', '--extra', '{'], '--extra: `{` is not JSON', undefined],
    [['wall', 'paint', 'n', '--tools', 'brush,rollr'], '--tools: `rollr` is not one of brush, roller', 'Did you mean `roller`?'],
    [['wall', 'paint', 'n', '--tint'], '--tint needs a value', 'Write --tint NAME.'],
    [['wall', 'paint', 'n', '--finish', '--windows'], '--finish needs a value', 'One of matt, satin, gloss.'],
    [['wall', 'paint'], '`wall paint` needs WALL: The wall to paint', undefined],
    [['wall', 'show', 'a', 'b'], '`wall show` takes no further argument `b`', 'Its arguments: WALL.'],
    [['measure', 'sleep', '1'], '`measure` takes no further argument `sleep`', 'Put the command to run behind `--`: -- sleep 1'],
    [['measure'], '`measure` needs COMMAND: The command', undefined],
  ])('refuses %j', (argv, message, hint) => {
    expect(refusal(...argv)).toMatchObject({ message, hint })
  })
})

describe('validateInput', () => {
  const command = catalogue.commands.find(({ name }) => name === 'wall paint') ?? expect.unreachable()
  const problem = (input: Record<string, unknown>): string => {
    try {
      validateInput(paint, command, input)
    } catch (error) {
      if (isHostwrightError(error, 'INVALID_INPUT')) return error.message
      throw error
    }
    return ''
  }

  it('fills in defaults', () => {
    expect(validateInput(paint, command, { wall: 'north' })).toEqual({
      wall: 'north',
      helpers: [],
      tint: 'white',
      finish: 'matt',
      coats: 2,
      dryMs: 3_600_000,
      primer: true,
      windows: false,
      label: {},
    })
  })

  it.each<[Record<string, unknown>, string]>([
    [{ wall: 'n', coats: 9 }, '--coats: `9` must be at most 5'],
    [{ wall: 'n', coats: 0 }, '--coats: `0` must be at least 1'],
    [{ wall: 'n', coats: 'x' }, '--coats: `x` must be a number'],
    [{ wall: 'n', finish: 'glos' }, '--finish: `glos` is not one of matt, satin, gloss'],
    [{ wall: 'n', dryMs: 5 }, '--dry: `5` must be at least 1s'],
    [{ wall: 'n', dryMs: 'soon' }, '--dry: `soon` must be a duration such as `500ms`, `60s`, `5m` or `1h30m`'],
    [{}, 'WALL: is missing'],
  ])('refuses %j', (input, message) => {
    expect(problem(input)).toBe(message)
  })
})
