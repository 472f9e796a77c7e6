import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { requireCommand, runCommand } from '../command.ts'
import { libraries, ownDependencies, root, workspaces } from '../workspaces.ts'

const probe = join(root, 'tools/test/probes/import-probe.mjs')
// Node's permission model on top: a file outside the repository, a process or a worker is refused by Node.js itself.
const node = ['node', '--permission', `--allow-fs-read=${root}`, '--disable-warning=SecurityWarning', '--conditions=@hostwright/source', probe]

interface Findings {
  readonly packages: readonly string[]
  readonly calls: readonly string[]
  readonly changed: readonly string[]
}

const entries = libraries().flatMap((library) =>
  Object.entries(library.manifest.exports)
    .filter(([path, target]) => typeof target !== 'string' && path !== './testing')
    .map(([path]) => [path === '.' ? library.manifest.name : `${library.manifest.name}/${path.slice(2)}`, library] as const),
)

describe('importing', () => {
  it.each(entries)('%s loads at most zod, opens nothing, starts nothing and leaves the process as it was', { timeout: 60_000 }, async (specifier, library) => {
    const findings = JSON.parse(await requireCommand([...node, specifier])) as Findings
    const own = [library, ...ownDependencies(library, workspaces())].map(({ directory }) => `own:${basename(directory)}`)
    expect({ ...findings, packages: findings.packages.filter((name) => name !== 'zod' && !own.includes(name)) }).toEqual({
      packages: [],
      calls: [],
      changed: [],
    })
    expect(findings.packages).toContain(`own:${basename(library.directory)}`)
  })
})

describe('the probe', () => {
  const findings = async (code: string): Promise<Findings> =>
    JSON.parse(await requireCommand([...node, `data:text/javascript,${encodeURIComponent(code)}`])) as Findings

  it('sees files, sockets and changes of the process', async () => {
    const file = join(root, 'package.json')
    const code = `import fs, { existsSync } from 'node:fs'; import net from 'node:net'; existsSync('${file}'); fs.readFileSync('${file}'); net.createServer(); process.env.PROBED = '1'; process.on('SIGINT', () => {})`
    expect(await findings(code)).toEqual({
      packages: [],
      calls: [`fs.existsSync(${file})`, `fs.readFileSync(${file})`, 'net.createServer()'],
      changed: ['env', 'listeners'],
    })
  })

  it('sees packages', async () => {
    const { packages } = JSON.parse(await requireCommand([...node, 'yaml'])) as Findings
    expect(packages).toEqual(['yaml'])
  })

  it('lets no process start and no file outside the repository be read', async () => {
    for (const code of [
      `import { execFileSync } from 'node:child_process'; execFileSync('true')`,
      `import { readFileSync } from 'node:fs'; readFileSync('/proc/version')`,
    ]) {
      const { ok, output } = await runCommand([...node, `data:text/javascript,${encodeURIComponent(code)}`])
      expect(ok).toBe(false)
      expect(output).toContain('ERR_ACCESS_DENIED')
    }
  })
})
