import type { Finding, Plan, View } from '@hostwright/core'
import { assert, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffLines } from '../src/render/diff.ts'
import { plain } from '../src/render/plain.ts'
import { columnsOf, wantsColor, type Style } from '../src/render/style.ts'
import { renderView } from '../src/render/view.ts'
import { displayWidth, pad } from '../src/render/width.ts'
import { truncate, wrap } from '../src/render/wrap.ts'

const draw = (view: View, style: Partial<Style> = {}, options: { verbose?: boolean; explain?: boolean } = {}): string =>
  renderView(view, { columns: Infinity, color: false, ...style }, { program: 'hw', ...options }).join('\n')

describe('displayWidth', () => {
  it.each([
    ['abc', 3],
    ['', 0],
    ['né', 2],
    ['ne\u0301', 2],
    ['本棚', 4],
    ['한글', 4],
    ['ｆｕｌｌ', 8],
    ['👍🏽', 2],
    ['👩‍👩‍👧', 2],
    ['❤\ufe0f', 2],
    ['🇨🇭', 2],
    ['✔ ▲ ✖', 5],
    ['a\u200bb', 2],
  ])('measures %j', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })

  it('is what pad fills up to', () => {
    expect([pad('本', 4), pad('ab', 4, 'right'), pad('abcdef', 3)]).toEqual(['本  ', '  ab', 'abcdef'])
  })
})

describe('wrap and truncate', () => {
  it('break between words, and within words that are too long', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrap('abcdefghij k', 4)).toEqual(['abcd', 'efgh', 'ij k'])
    expect(wrap('本棚本棚', 5)).toEqual(['本棚', '本棚'])
    expect([truncate('abcdef', 4), truncate('abc', 4), truncate('本棚本', 4)]).toEqual(['abc…', 'abc', '本…'])
  })

  it('never give a line that is too wide, and lose no letter', () => {
    assert(
      property(string({ unit: 'grapheme' }), (given) => {
        const text = plain(given)
        const lines = wrap(text, 6)
        return lines.every((line) => displayWidth(line) <= 6) && lines.join('').replaceAll(' ', '') === text.replaceAll(' ', '')
      }),
    )
  })
})

describe('plain', () => {
  it('leaves nothing that could drive a terminal', () => {
    expect(plain('a\u001b[2Jb\u0007\r\nc\td\u202ee\u009b1m')).toBe('a�[2Jb� c d�e�1m')
    expect(plain('a\nb\u001b', true)).toBe('a\nb�')
    assert(property(string({ unit: 'binary' }), (text) => !/[\p{Cc}\p{Cs}]/u.test(plain(text))))
  })
})

describe('tables', () => {
  const table: View = {
    kind: 'table',
    columns: [{ title: 'name' }, { title: 'size', align: 'right' }, { title: 'path', shrink: 1 }, { title: 'note', shrink: 2 }],
    rows: [
      [{ text: 'swap', tone: 'strong' }, '12', '/dev/disk/by-id/a-long-name', 'used for the first time today'],
      ['本棚', '1', '/', '-'],
    ],
  }

  it('stand as wide as they are where there is room', () => {
    expect(draw(table)).toBe(
      [
        'name  size  path                         note',
        'swap    12  /dev/disk/by-id/a-long-name  used for the first time today',
        '本棚     1  /                            -',
      ].join('\n'),
    )
  })

  it('narrow the column that says so first, then the next', () => {
    expect(draw(table, { columns: 60 })).toBe(
      [
        'name  size  path                         note',
        'swap    12  /dev/disk/by-id/a-long-name  used for the first',
        '                                         time today',
        '本棚     1  /                            -',
      ].join('\n'),
    )
  })

  it('put cells below their row that would be too narrow to read, those that say so first', () => {
    expect(draw(table, { columns: 40 })).toBe(
      ['name  size  path', 'swap    12  /dev/disk/by-id/a-long-name', '    note: used for the first time today', '本棚     1  /', '    note: -'].join('\n'),
    )
    expect(draw(table, { columns: 26 })).toBe(
      [
        'name  size',
        'swap    12',
        '    path:',
        '    /dev/disk/by-id/a-long',
        '    -name',
        '    note: used for the',
        '    first time today',
        '本棚     1',
        '    path: /',
        '    note: -',
      ].join('\n'),
    )
  })

  it('run over the edge rather than lose something', () => {
    expect(draw({ kind: 'table', columns: [{ title: '' }], rows: [['0123456789']] }, { columns: 5 })).toBe('0123456789')
  })

  it('say what it means that they are empty', () => {
    expect(draw({ kind: 'table', columns: [{ title: 'a' }], rows: [], empty: 'No disks.' })).toBe('No disks.')
  })

  it('have colours only where they are wanted, and never around spaces', () => {
    expect(draw(table, { color: true }).split('\n')[1]).toBe('\u001b[1mswap\u001b[22m    12  /dev/disk/by-id/a-long-name  used for the first time today')
    // oxlint-disable-next-line no-control-regex
    expect(draw(table, { color: true }).replaceAll(/\u001b\[\d+m/gu, '')).toBe(draw(table))
  })
})

describe('fields, lines and groups', () => {
  it('are set out below each other', () => {
    const view: View = {
      kind: 'group',
      title: 'Host',
      children: [
        {
          kind: 'fields',
          fields: [
            ['kernel', '6.1'],
            ['a longer label', { text: 'a value that has to go on below itself', tone: 'good' }],
          ],
        },
        {
          kind: 'group',
          title: { text: 'Disks', tone: 'accent' },
          children: [{ kind: 'lines', lines: ['  indented text that is too long for the line', { text: 'dim\u0007', tone: 'dim' }] }],
        },
      ],
    }
    expect(draw(view, { columns: 36 })).toBe(
      [
        'Host',
        'kernel          6.1',
        'a longer label  a value that has to',
        '                go on below itself',
        '',
        'Disks',
        '  indented text that is too long for',
        '  the line',
        'dim�',
      ].join('\n'),
    )
  })
})

describe('findings', () => {
  const findings: readonly Finding[] = [
    { id: 'a/ok', domain: 'a', severity: 'ok', subject: 'packages', message: 'fine' },
    { id: 'a/w', domain: 'a', severity: 'warning', subject: 'x.conf', message: 'is read twice', command: ['a', 'show', 'x y'], evidence: ['line 3'] },
    { id: 'b/e', domain: 'b', severity: 'error', subject: '/', message: 'device 2 is missing' },
    { id: 'b/ok', domain: 'b', severity: 'ok', subject: 'mounts', message: 'fine' },
  ]

  it('put the worst first and what is fine into one line', () => {
    expect(draw({ kind: 'findings', findings })).toBe(
      ['  ✖ b  /       device 2 is missing', "  ▲ a  x.conf  is read twice        hw a show 'x y'", '  ✔ packages, mounts'].join('\n'),
    )
  })

  it('tell the evidence and each thing that is fine if asked to say more', () => {
    expect(draw({ kind: 'findings', findings }, {}, { verbose: true })).toBe(
      [
        '  ✖ b  /         device 2 is missing',
        "  ▲ a  x.conf    is read twice        hw a show 'x y'",
        '                 line 3',
        '  ✔ a  packages  fine',
        '  ✔ b  mounts    fine',
      ].join('\n'),
    )
  })

  const wordy: readonly Finding[] = [
    {
      id: 'a/w',
      domain: 'a',
      severity: 'warning',
      subject: 'profile server',
      message: 'it was changed by hand since it was applied, in four of its values',
      command: ['a', 'explain', 'server profile'],
      evidence: ['line 3'],
    },
    { id: 'a/e', domain: 'a', severity: 'info', subject: 'x', message: 'short' },
  ]

  it('have the command below the message where there is not enough room beside it', () => {
    expect(draw({ kind: 'findings', findings: wordy }, { columns: 60 }, { verbose: true })).toBe(
      [
        '  ▲ a  profile server  it was changed by hand since it was',
        '                       applied, in four of its values',
        '                       line 3',
        "                       hw a explain 'server profile'",
        '  · a  x               short',
      ].join('\n'),
    )
  })

  it('have the message below the subject where the terminal is narrow, and never break a command', () => {
    expect(draw({ kind: 'findings', findings: wordy }, { columns: 30 }, { verbose: true })).toBe(
      [
        '  ▲ a  profile server',
        '    it was changed by hand',
        '    since it was applied, in',
        '    four of its values',
        '    line 3',
        "    hw a explain 'server profile'",
        '  · a  x',
        '    short',
      ].join('\n'),
    )
  })
})

describe('plans', () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n')
  const plan: Plan = {
    version: 1,
    domain: 'test',
    host: 'local',
    steps: [
      {
        id: '1',
        summary: 'vm.swappiness 60 → 10',
        risk: 'safe',
        action: { kind: 'set', path: '/proc/sys/vm/swappiness', value: '10' },
        undo: { kind: 'restore', also: ['/proc/sys/vm/x'] },
        why: 'server',
        source: 'host.yaml:8',
      },
      {
        id: '2',
        summary: 'rewrite /etc/a',
        risk: 'disruptive',
        action: { kind: 'write', path: '/etc/a', content: { text: `${lines.replace('line 9', 'line nine')}\nlast\n` } },
        undo: { kind: 'restore' },
      },
      { id: '3', summary: 'link /etc/b', risk: 'safe', action: { kind: 'link', path: '/etc/b', target: 'a' }, undo: { kind: 'restore' }, effect: 'reboot' },
      { id: '4', summary: 'remove /etc/c', risk: 'destructive', action: { kind: 'remove', path: '/etc/c' }, undo: { kind: 'none', reason: 'it is gone' } },
      {
        id: '5',
        summary: 'stop it',
        risk: 'safe',
        action: { kind: 'run', argv: ['stop', 'a b'], stdin: { text: 'x' } },
        undo: { kind: 'actions', actions: [{ kind: 'run', argv: ['start'] }] },
      },
    ],
    reads: [
      { kind: 'attribute', path: '/proc/sys/vm/swappiness', value: '60' },
      { kind: 'path', path: '/etc/a', state: { type: 'file', content: { text: `${lines}\n` }, mode: 0o600, uid: 0, gid: 0 } },
      { kind: 'path', path: '/etc/b', state: { type: 'absent' } },
      { kind: 'path', path: '/etc/c', state: { type: 'symlink', target: 'd' } },
    ],
    notes: [{ level: 'info', subject: 'vm.foo', message: 'is not on this kernel' }],
  }

  it('are differences with the risk of each step', () => {
    expect(draw({ kind: 'plan', plan }, { columns: 70 })).toMatchInlineSnapshot(`
      "  ~ vm.swappiness 60 → 10  safe
          server (host.yaml:8)
        ~ rewrite /etc/a         disruptive
            … 7 lines
            line 7
            line 8
          - line 9
          + line nine
            line 10
            line 11
            … 16 lines
            line 28
            line 29
          + last
        + link /etc/b            safe, after a reboot
        - remove /etc/c          destructive, no undo
          cannot be undone: it is gone
        * stop it                safe
        · vm.foo: is not on this kernel
      5 changes, 1 disruptive, 1 destructive, 1 cannot be undone, 1 after a reboot."
    `)
  })

  it('tell every action and its undo if asked to explain', () => {
    expect(draw({ kind: 'plan', plan }, {}, { explain: true })).toMatchInlineSnapshot(`
      "  ~ vm.swappiness 60 → 10  safe
          server (host.yaml:8)
          does  write \`10\` to /proc/sys/vm/swappiness and read it back
          undo  write \`60\` to /proc/sys/vm/swappiness
          then  put /proc/sys/vm/x back as it is when the step begins
        ~ rewrite /etc/a         disruptive
            … 7 lines
            line 7
            line 8
          - line 9
          + line nine
            line 10
            line 11
            … 16 lines
            line 28
            line 29
          + last
          does  write 238 B to /etc/a
          undo  write the 230 B back to /etc/a, mode 0600
        + link /etc/b            safe, after a reboot
          does  link /etc/b to a
          undo  remove /etc/b
        - remove /etc/c          destructive, no undo
          cannot be undone: it is gone
          does  remove /etc/c
          undo  not possible: it is gone
        * stop it                safe
          does  run stop 'a b' with 1 B on its standard input
          undo  run start
        · vm.foo: is not on this kernel
      5 changes, 1 disruptive, 1 destructive, 1 cannot be undone, 1 after a reboot."
    `)
  })

  it('say that nothing differs', () => {
    expect(draw({ kind: 'plan', plan: { ...plan, steps: [], notes: [] } })).toBe('Nothing to change.')
  })
})

describe('diffLines', () => {
  it('finds the fewest changed lines and leaves out what is the same', () => {
    expect(diffLines('a\nb\nc\nd\ne\nf\n', 'a\nb\nX\nd\ne\nf\ng\n', 1)).toEqual([
      { kind: 'skipped', text: '1 line' },
      { kind: 'kept', text: 'b' },
      { kind: 'removed', text: 'c' },
      { kind: 'added', text: 'X' },
      { kind: 'kept', text: 'd' },
      { kind: 'skipped', text: '1 line' },
      { kind: 'kept', text: 'f' },
      { kind: 'added', text: 'g' },
    ])
    expect(diffLines('', 'a')).toEqual([{ kind: 'added', text: 'a' }])
    expect(diffLines('a\n', 'a\n')).toEqual([{ kind: 'skipped', text: '1 line' }])
  })

  it('can be played back to either text', () => {
    const text = string({ unit: 'grapheme-ascii' }).map((value) => value.replaceAll(/[^ab]/gu, '\n').replace(/\n+$/u, ''))
    assert(
      property(text, text, (before, after) => {
        const lines = diffLines(before, after, Infinity)
        const side = (kind: 'removed' | 'added'): string =>
          lines
            .filter((line) => line.kind === 'kept' || line.kind === kind)
            .map((line) => line.text)
            .join('\n')
        return before === after || (side('removed') === before && side('added') === after)
      }),
    )
  })
})

describe('wantsColor and columnsOf', () => {
  it('honour NO_COLOR, dumb terminals, pipes and what was asked for', () => {
    expect([
      wantsColor('auto', true, {}),
      wantsColor('auto', false, {}),
      wantsColor('auto', true, { NO_COLOR: '1' }),
      wantsColor('auto', true, { NO_COLOR: '' }),
    ]).toEqual([true, false, false, true])
    expect([wantsColor('auto', true, { TERM: 'dumb' }), wantsColor('always', false, { NO_COLOR: '1' }), wantsColor('never', true, {})]).toEqual([
      false,
      true,
      false,
    ])
  })

  it('take COLUMNS before the width of the terminal, and no width for a pipe', () => {
    expect([
      columnsOf(100, {}),
      columnsOf(100, { COLUMNS: '60' }),
      columnsOf(undefined, { COLUMNS: '60' }),
      columnsOf(undefined, {}),
      columnsOf(100, { COLUMNS: 'x' }),
      columnsOf(5, {}),
    ]).toEqual([100, 60, 60, Infinity, 100, 20])
  })
})
