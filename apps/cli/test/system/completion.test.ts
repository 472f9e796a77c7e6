import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { completionScript } from '@hostwright/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entries } from '../support/run-command.ts'

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0
let directory = ''

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hostwright-completion-'))
  mkdirSync(join(directory, 'bin'))
  mkdirSync(join(directory, 'home'))
  for (const name of ['hostwright', 'hw']) {
    const path = join(directory, 'bin', name)
    writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' --conditions=@hostwright/source '${entries.test}' "$@"\n`)
    chmodSync(path, 0o755)
  }
  for (const shell of ['bash', 'zsh', 'fish'] as const) writeFileSync(join(directory, shell), completionScript(shell, ['hostwright', 'hw']))
  mkdirSync(join(directory, 'files'))
  mkdirSync(join(directory, 'files', 'library'))
  writeFileSync(join(directory, 'files', 'list.yaml'), '')
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function shell(program: string, argv: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, argv, {
    encoding: 'utf8',
    cwd: join(directory, 'files'),
    env: { PATH: `${join(directory, 'bin')}:/usr/bin:/bin`, HOME: join(directory, 'home'), LC_ALL: 'C.UTF-8', TERM: 'dumb' },
    timeout: 15_000,
  })
  expect(stderr).toBe('')
  return stdout
}

/** What is to be completed, and with what: the values, or the names of files. */
const cases: readonly (readonly [line: string, values: readonly string[]])[] = [
  ['hostwright sh', ['shelf']],
  ['hw shelf li', ['list']],
  ['hostwright shelf list --sort ', ['name', 'size']],
  ['hostwright shelf list --sort=s', ['--sort=size']],
  ['hostwright shelf list --so', ['--sort']],
  ['hostwright shelf book le', ['lexicon', 'ledger']],
  ['hostwright completion ', ['bash', 'zsh', 'fish']],
  ['hostwright --config li', ['library', 'list.yaml']],
  ['hostwright shelf put li', ['library']],
]

describe.skipIf(!has('bash'))('completion in bash (needs bash)', () => {
  /** What bash would put in place of the last word as it splits it. */
  function complete(line: string): string[] {
    const script = `
      source '${join(directory, 'bash')}'
      COMP_LINE=$1 COMP_POINT=\${#1} COMP_TYPE=9 COMP_KEY=9
      # Bash splits at its word breaks itself; this does it the same way.
      mapfile -t COMP_WORDS < <(printf '%s' "$1" | grep -oE '[=:]+|[^ =:]+')
      [[ $1 == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      _hostwright "\${COMP_WORDS[0]}" "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}" 2>/dev/null
      printf '%s\\n' "\${COMPREPLY[@]}"`
    return shell('bash', ['--norc', '-c', script, 'bash', line]).trimEnd().split('\n')
  }

  it.each(cases)('completes %j', (line, values) => {
    // Bash replaces only what stands behind the last word break.
    expect(complete(line).toSorted()).toEqual(values.map((value) => value.replace(/^.*=/u, '')).toSorted())
  })

  it('keeps colons and spaces of values whole', () => {
    expect(complete('hostwright shelf book a:')).toEqual(['b'])
    expect(complete('hostwright shelf book wi')).toEqual([String.raw`with\ space`])
  })

  it('is registered for both names', () => {
    expect(shell('bash', ['--norc', '-c', `source '${join(directory, 'bash')}'; complete -p hostwright hw`])).toBe(
      'complete -F _hostwright hostwright\ncomplete -F _hostwright hw\n',
    )
  })

  it('works in an interactive shell', () => {
    const { stdout } = spawnSync('script', ['-qec', `bash --norc --noprofile -i`, '/dev/null'], {
      input: `PS1=; bind 'set bell-style none'; source '${join(directory, 'bash')}'\nhostwright completion fi\t | head -n 1\nexit\n`,
      encoding: 'utf8',
      cwd: directory,
      env: { PATH: `${join(directory, 'bin')}:/usr/bin:/bin`, HOME: join(directory, 'home'), LC_ALL: 'C.UTF-8', TERM: 'dumb' },
      timeout: 15_000,
    })
    expect(stdout).toContain('# fish completion for hostwright and hw')
  })
})

describe.skipIf(!has('fish'))('completion in fish (needs fish)', () => {
  const complete = (line: string): string[] =>
    shell('fish', ['--no-config', '-c', `source '${join(directory, 'fish')}'; complete -C '${line}'`])
      .trimEnd()
      .split('\n')

  it.each(cases)('completes %j', (line, values) => {
    expect(
      complete(line)
        .map((candidate) => (candidate.split('\t')[0] ?? '').replace(/\/$/u, ''))
        .toSorted(),
    ).toEqual(values.toSorted())
  })

  it('says what a word is about', () => {
    expect(complete('hostwright shelf li')).toEqual(['list\tList what stands on the shelf'])
  })
})

describe.skipIf(!has('zsh'))('completion in zsh (needs zsh)', () => {
  /** Runs an interactive zsh on a pseudo-terminal, presses Tab, and takes what zsh was given from its own `compadd`. */
  function complete(line: string): string[] {
    const script = `
      zmodload zsh/zpty
      zpty z zsh -f -i
      zpty -w z 'PS1=; unsetopt zle_bracketed_paste; fpath=(${directory}/zfunctions $fpath); autoload -Uz compinit; compinit -D -u; source ${join(directory, 'zsh')}'
      zpty -w z 'compadd () { local -a found; if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return $?; fi; builtin compadd -A found "$@"; print -rl -- "\${found[@]}" >> ${directory}/zsh-found; builtin compadd "$@" }'
      zpty -w z 'bindkey "^I" complete-word; zstyle ":completion:*" list-prompt ""; LISTMAX=10000; print ready'
      local seen; zpty -r -m z seen '*ready*ready*' 2>/dev/null
      zpty -w -n z $'${line.replaceAll("'", String.raw`\'`)}\\t'
      local i; for i in {1..100}; do [[ -s ${directory}/zsh-found ]] && break; sleep 0.1; done; sleep 0.3
      zpty -d z`
    rmSync(join(directory, 'zsh-found'), { force: true })
    shell('zsh', ['-f', '-c', script])
    const found = spawnSync('sort', ['-u', join(directory, 'zsh-found')], { encoding: 'utf8' }).stdout
    return found
      .trimEnd()
      .split('\n')
      .filter((value) => value !== '')
  }

  it.each(cases)('completes %j', (line, values) => {
    expect(complete(line).map((value) => value.replace(/\/$/u, ''))).toEqual(values.toSorted())
  })
})
