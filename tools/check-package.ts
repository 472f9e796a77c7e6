/**
 * Checks the package in the current directory as its users get it: packed, installed alone into an empty project, used
 * from JavaScript and from TypeScript. Needs a build.
 *
 *   cd packages/core && node ../../tools/check-package.ts
 */
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireCommand } from './command.ts'
import { markdownBlocks } from './doc-blocks.ts'
import { oldestNode } from './oldest-node.ts'
import { type Packed, pack } from './pack.ts'
import { ownDependencies, root, type Workspace, workspaces } from './workspaces.ts'

const bin = (name: string): string => join(root, 'node_modules/.bin', name)

/** What is wrong with the files of a tarball. */
export function tarballProblems(manifest: Workspace['manifest'], files: readonly string[]): readonly string[] {
  const entries = Object.values(manifest.exports).flatMap((target) => (typeof target === 'string' ? [target] : [target.types, target.default]))
  const needed = ['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json', ...entries, ...Object.values(manifest.bin ?? {})].map((path) =>
    path.replace(/^\.\//, ''),
  )
  const unwanted = /(^|\/)(test|bench|src|node_modules|etc|fixtures)\/|\.test\.|tsconfig|tsup\.config|\.tsbuildinfo$|(^|\/)\./
  return [
    ...needed.filter((path) => !files.includes(path)).map((path) => `${path} is missing`),
    ...files.filter((path) => unwanted.test(path)).map((path) => `${path} does not belong into the package`),
  ]
}

async function checkTarball(workspace: Workspace, packed: Packed): Promise<void> {
  const problems = tarballProblems(workspace.manifest, packed.files)
  if (problems.length > 0) throw new Error(problems.join('\n'))
  await requireCommand([bin('publint'), 'run', packed.path, '--strict'])
  await requireCommand([bin('attw'), packed.path, '--profile', 'esm-only', '--no-emoji', '--no-color'])
}

/** Installs the tarballs into an empty project, without anything else of this repository. */
async function install(folder: string, tarballs: readonly string[]): Promise<void> {
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await requireCommand(
    ['npm', 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error', ...tarballs],
    { cwd: folder },
  )
}

async function useFromJavaScript(workspace: Workspace, project: string, nodes: readonly string[]): Promise<void> {
  const specifiers = entryPoints(workspace)
  const lines = specifiers.map(
    (specifier, index) =>
      `import * as entry${index} from '${specifier}'\nif (Object.keys(entry${index}).length === 0) throw new Error('${specifier} exports nothing')`,
  )
  await writeFile(join(project, 'use.js'), `${lines.join('\n')}\n`)
  for (const node of nodes) {
    await requireCommand([node, 'use.js'], { cwd: project })
    for (const name of Object.keys(workspace.manifest.bin ?? {})) {
      const printed = await requireCommand([node, join('node_modules/.bin', name), '--version'], { cwd: project })
      if (!printed.includes(workspace.manifest.version)) throw new Error(`${name} --version prints ${JSON.stringify(printed)}`)
    }
  }
}

/** What importing the installed package loads, opens and starts: zod at most, and nothing. */
async function weigh(workspace: Workspace, project: string, own: readonly string[], nodes: readonly string[]): Promise<void> {
  await copyFile(join(root, 'tools/test/probes/import-probe.mjs'), join(project, 'probe.mjs'))
  for (const node of nodes) {
    for (const specifier of entryPoints(workspace).filter((name) => !name.endsWith('/testing'))) {
      const printed = await requireCommand([node, '--permission', `--allow-fs-read=${project}`, '--disable-warning=SecurityWarning', 'probe.mjs', specifier], {
        cwd: project,
      })
      const { packages, calls, changed } = JSON.parse(printed) as Record<'packages' | 'calls' | 'changed', readonly string[]>
      const heavy = packages.filter((name) => name !== 'zod' && !own.includes(name))
      if (heavy.length + calls.length + changed.length > 0)
        throw new Error(`importing ${specifier} does more than it may: ${JSON.stringify({ heavy, calls, changed })}`)
    }
  }
}

async function useFromTypeScript(workspace: Workspace, project: string, nodes: readonly string[]): Promise<void> {
  await mkdir(join(project, 'node_modules/@types'), { recursive: true })
  await symlink(join(root, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'))
  const compilerOptions = {
    target: 'ES2024',
    lib: ['ES2024', 'ESNext.Disposable'],
    module: 'NodeNext',
    types: ['node'],
    strict: true,
    skipLibCheck: false,
    outDir: 'out',
  }
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'], include: ['readme-*.ts'] }))
  const specifiers = entryPoints(workspace)
  const uses = specifiers.map((specifier, index) => `import * as entry${index} from '${specifier}'\nexport const use${index}: object = entry${index}`)
  await writeFile(join(project, 'use.ts'), `${uses.join('\n')}\n`)
  const blocks = markdownBlocks(await readFile(join(workspace.directory, 'README.md'), 'utf8'))
  for (const { code, line } of blocks) await writeFile(join(project, `readme-${line}.ts`), code)
  await requireCommand([bin('tsc'), '-p', 'tsconfig.json'], { cwd: project })
  for (const node of nodes) {
    for (const { line, noRun } of blocks) if (noRun === undefined) await requireCommand([node, `out/readme-${line}.js`], { cwd: project })
  }
}

function entryPoints(workspace: Workspace): readonly string[] {
  const { name, exports } = workspace.manifest
  return Object.entries(exports)
    .filter(([, target]) => typeof target !== 'string')
    .map(([path]) => (path === '.' ? name : `${name}/${path.slice(2)}`))
}

async function checkPackage(directory: string): Promise<void> {
  const all = workspaces()
  const workspace = all.find((one) => one.directory === directory)
  if (workspace === undefined) throw new Error(`${directory} is no package of this repository`)
  const folder = await mkdtemp(join(tmpdir(), 'hostwright-package-'))
  try {
    const packed = await pack(workspace, folder)
    await checkTarball(workspace, packed)
    const others = await Promise.all(ownDependencies(workspace, all).map((dependency) => pack(dependency, folder)))
    const project = join(folder, 'project')
    await install(
      project,
      [...others, packed].map(({ path }) => path),
    )
    const oldest = await oldestNode()
    const nodes = [process.execPath, ...(oldest === undefined ? [] : [oldest])]
    await useFromJavaScript(workspace, project, nodes)
    if (workspace.layer !== 'app')
      await weigh(
        workspace,
        project,
        [packed, ...others].map(({ name }) => name),
        nodes,
      )
    await useFromTypeScript(workspace, project, nodes)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  try {
    await checkPackage(process.cwd())
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
