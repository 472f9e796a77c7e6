import { describe, expect, it } from 'vitest'
import { renderHelp } from '../src/index.ts'
import { catalogue } from './command-line-catalogue.ts'

describe('renderHelp', () => {
  it('shows domains, commands and the flags of every command at the top', () => {
    expect(renderHelp(catalogue, [])).toMatchInlineSnapshot(`
      "Keep a house.

      Usage: house COMMAND [flags]

      Domains:
        wall  Walls and their paint

      Commands:
        measure  Measure how long a command takes

      Flags of every command:
        --json                     Print JSON, errors included.
        --host HOST,…              Where to work: ssh://USER@MACHINE[:PORT],
                                   netns:NAME, chroot:DIR, root:DIR, sudo; several are
                                   passed through in turn. Default: this machine.
        --config FILE              The desired state. Default: host.yaml or host.ts
                                   here, then /etc/hostwright.
        --state-dir DIR            Where the host's transactions are kept.
        --color auto|always|never  When to use colours.
        -v, --verbose              Say more: causes of errors, checks that are fine.
        -h, --help                 Show this help.
        -V, --version              Show the version.

      More: house COMMAND --help
      "
    `)
  })

  it('shows what a command takes, with defaults and limits', () => {
    expect(renderHelp(catalogue, ['wall', 'paint'])).toMatchInlineSnapshot(`
      "Paint a wall.

      Usage: house wall paint WALL [HELPERS…] [flags]

      Paints the wall in one go – naïvely.

      .Dots at the begin of a line and back\\slashes are no requests.

      Arguments:
        WALL     The wall to paint.
        HELPERS  Who helps.

      Flags:
        --tint NAME                The colour of the paint. Default: white.
        --finish matt|satin|gloss  How it shines. Default: matt.
        --coats N                  How many coats. From 1 to 5. Default: 2.
        --ratio N
        --dry DURATION             Time between coats.
        --can SIZE                 Size of the can.
        --[no-]primer              Prime first. Default: yes.
        --windows                  Paint the windows too.
        --tools brush|roller,…     What to paint with.
        --label NAME=VALUE         Notes on the wall.
        --plan FILE                A drawing.
        --extra JSON               Anything else.

      Flags of every change:
        -n, --dry-run       Show the plan and change nothing.
        --check             Change nothing; exit with 4 if changes are pending.
        --explain           Show every action of the plan and how it is undone.
        -y, --yes           Permit steps that are destructive or that cannot be
                            undone.
        --confirm DURATION  Undo everything after this time unless the change is
                            confirmed from a new connection.

      Flags of every command:
        --json                     Print JSON, errors included.
        --host HOST,…              Where to work: ssh://USER@MACHINE[:PORT],
                                   netns:NAME, chroot:DIR, root:DIR, sudo; several are
                                   passed through in turn. Default: this machine.
        --config FILE              The desired state. Default: host.yaml or host.ts
                                   here, then /etc/hostwright.
        --state-dir DIR            Where the host's transactions are kept.
        --color auto|always|never  When to use colours.
        -v, --verbose              Say more: causes of errors, checks that are fine.
        -h, --help                 Show this help.
        -V, --version              Show the version.

      Examples:
        house wall paint 'north wall' --finish gloss
            Makes the north wall shine.
      "
    `)
  })

  it('lists the commands of a group', () => {
    expect(renderHelp(catalogue, ['wall']).split('Flags of')[0]).toBe(
      'Walls and their paint.\n\nUsage: house wall COMMAND [flags]\n\nCommands:\n  paint  Paint a wall\n  show   Show a wall\n\n',
    )
  })

  it('puts the command that is run behind --', () => {
    expect(renderHelp(catalogue, ['measure'])).toContain('Usage: house measure [flags] -- COMMAND…\n')
  })

  it.each([40, 60, 80, 100])('keeps within %d columns, except for long words, and examples, which are there to be copied', (columns) => {
    for (const words of [[], ['wall'], ['wall', 'paint'], ['measure']]) {
      const long = renderHelp(catalogue, words, { columns })
        .split('\n')
        .filter((line) => line.length > columns && line.trim().includes(' ') && !line.startsWith('  house '))
      expect(long).toEqual([])
    }
  })

  it('marks headings as it is told', () => {
    expect(renderHelp(catalogue, ['measure'], { heading: (text) => `<${text}>` })).toContain('\n<Usage:> house measure')
  })

  it('takes only words that name something', () => {
    expect(() => renderHelp(catalogue, ['roof'])).toThrow(TypeError)
  })
})
