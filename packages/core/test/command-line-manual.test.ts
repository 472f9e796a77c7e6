import { execFileSync, spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { manualPages, renderManual } from '../src/index.ts'
import { catalogue } from './command-line-catalogue.ts'

const options = { version: '1.2.3', exitCodes: [[0, 'Done.']] } as const
const hasGroff = spawnSync('groff', ['--version']).status === 0 && spawnSync('man', ['--version']).status === 0

describe('renderManual', () => {
  it('writes a page in roff', () => {
    expect(renderManual(catalogue, ['wall', 'show'], options)).toMatchInlineSnapshot(`
      ".TH "HOUSE-WALL-SHOW" "1" "" "house 1.2.3" "house manual"
      .SH NAME
      house\\-wall\\-show \\- Show a wall
      .SH SYNOPSIS
      \\fBhouse wall show\\fR [WALL] [flags]
      .SH ARGUMENTS
      .TP
      \\fBWALL\\fR
      The wall.
      .SH FLAGS OF EVERY COMMAND
      .TP
      \\fB\\-\\-json\\fR
      Print JSON, errors included.
      .TP
      \\fB\\-\\-host HOST,\\[u2026]\\fR
      Where to work: ssh://USER@MACHINE[:PORT], netns:NAME, chroot:DIR, root:DIR, sudo; several are passed through in turn. Default: this machine.
      .TP
      \\fB\\-\\-config FILE\\fR
      The desired state. Default: host.yaml or host.ts here, then /etc/hostwright.
      .TP
      \\fB\\-\\-state\\-dir DIR\\fR
      Where the host's transactions are kept.
      .TP
      \\fB\\-\\-color auto|always|never\\fR
      When to use colours.
      .TP
      \\fB\\-v, \\-\\-verbose\\fR
      Say more: causes of errors, checks that are fine.
      .TP
      \\fB\\-h, \\-\\-help\\fR
      Show this help.
      .TP
      \\fB\\-V, \\-\\-version\\fR
      Show the version.
      .SH EXIT STATUS
      .TP
      \\fB0\\fR
      Done.
      .SH SEE ALSO
      \\fBhouse\\-wall\\fR(1)
      "
    `)
  })

  it('keeps dots, quotes and backslashes of the text from being taken for requests', () => {
    expect(renderManual(catalogue, ['wall', 'paint'], options)).toContain(String.raw`\&.Dots at the begin of a line and back\eslashes are no requests.`)
  })

  it('has a page for the program, for each group and for each command', () => {
    expect(manualPages(catalogue)).toEqual([[], ['measure'], ['wall'], ['wall', 'paint'], ['wall', 'show']])
  })

  it.skipIf(!hasGroff)('gives groff nothing to warn about (needs groff and man)', () => {
    for (const words of manualPages(catalogue)) {
      const { stderr } = spawnSync('groff', ['-ww', '-man', '-Tutf8', '-'], { input: renderManual(catalogue, words, options), encoding: 'utf8' })
      expect(stderr).toBe('')
    }
  })

  it.skipIf(!hasGroff)('reads well through man (needs groff and man)', () => {
    const page = execFileSync('man', ['-l', '-'], {
      input: renderManual(catalogue, ['wall', 'paint'], options),
      encoding: 'utf8',
      env: { ...process.env, MANWIDTH: '72', MAN_KEEP_FORMATTING: '', LC_ALL: 'C.UTF-8' },
    })
    expect(page).toContain('SYNOPSIS\n       house wall paint WALL [HELPERS…] [flags]\n')
    expect(page).toContain('       .Dots at the begin of a line and back\\slashes are no requests.\n')
    expect(page).toContain("           house wall paint 'north wall' --finish gloss\n")
    expect(page).toContain('EXIT STATUS\n       0      Done.\n')
  })
})
