// Runs a script of this repository on the repository's own Node.js, after installing what the lockfile asks for.
//
//   node tools/set-up.mjs tools/test.ts [ARGUMENTS]
//
// This file is the only one that has to run on whatever Node.js a machine has (18 or newer), so it is plain JavaScript.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** Whether this machine is one of those that an optional package is for. */
function isForThisMachine(entry) {
  const allows = (list, value) => list === undefined || list.includes(value)
  // `libc` is not looked at: no package of this repository comes for musl only.
  return allows(entry.os, process.platform) && allows(entry.cpu, process.arch)
}

/** The packages of the repository. Their patterns in package.json all have the form `folder/*`. */
function workspacePaths(from) {
  return readJson(join(from, 'package.json')).workspaces.flatMap((pattern) => {
    const folder = dirname(pattern)
    const names = existsSync(join(from, folder)) ? readdirSync(join(from, folder)) : []
    return names.map((name) => `${folder}/${name}`).filter((path) => existsSync(join(from, path, 'package.json')))
  })
}

/** Why `npm ci` has to run, or undefined if node_modules is what package-lock.json says. */
export function whyInstall(from = root) {
  const installedPath = join(from, 'node_modules/.package-lock.json')
  if (!existsSync(installedPath)) return 'nothing is installed'
  const wanted = readJson(join(from, 'package-lock.json')).packages
  const installed = readJson(installedPath).packages
  const added = workspacePaths(from).find((path) => !(path in wanted))
  if (added !== undefined) return `${added} is not in package-lock.json`
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue
    if (!path.startsWith('node_modules/')) {
      const manifest = join(from, path, 'package.json')
      if (!existsSync(manifest)) return `${path} is gone`
      const { dependencies = {} } = readJson(manifest)
      const unknown = Object.keys(dependencies).find((name) => !(`${path}/node_modules/${name}` in wanted) && !(`node_modules/${name}` in wanted))
      if (unknown !== undefined) return `${path} depends on ${unknown}, which is not in package-lock.json`
      continue
    }
    const present = installed[path]
    if (present === undefined) {
      if (entry.optional === true && !(isForThisMachine(entry) && path.startsWith('node_modules/node-linux-'))) continue
      return `${path} is missing`
    }
    if (present.version !== entry.version || present.integrity !== entry.integrity) return `${path} differs`
    if (entry.link === true && !existsSync(join(from, path))) return `${path} is missing`
  }
  for (const path of Object.keys(installed)) if (!(path in wanted)) return `${path} is no longer wanted`
  return undefined
}

/** npm keeps a cache in the home directory; where there is none that can be written, the repository's own serves. */
function cacheEnvironment() {
  if (process.env.npm_config_cache !== undefined) {
    try {
      mkdirSync(process.env.npm_config_cache, { recursive: true })
      accessSync(process.env.npm_config_cache, constants.W_OK)
      return {}
    } catch {
      return { npm_config_cache: join(root, '.nx/npm') }
    }
  }
  try {
    accessSync(homedir(), constants.W_OK)
    return {}
  } catch {
    return { npm_config_cache: join(root, '.nx/npm') }
  }
}

function install(environment) {
  const reason = whyInstall()
  if (reason === undefined) return
  const started = Date.now()
  process.stdout.write(`installing: ${reason}\n`)
  const npm = process.env.npm_execpath
  const [program, first] = npm !== undefined && npm.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  const { status, stdout, stderr, error } = spawnSync(program, [...first, 'ci', '--ignore-scripts'], {
    cwd: root,
    env: environment,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (status !== 0) {
    process.stderr.write(`${stdout ?? ''}${stderr ?? ''}${error === undefined ? '' : `${error.message}\n`}npm ci failed\n`)
    process.exit(1)
  }
  process.stdout.write(`installed   ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
}

/** The Node.js of node_modules, else the one that runs this file if it is new enough. */
function findNode() {
  const own = join(root, 'node_modules/.bin/node')
  if (existsSync(own)) return own
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  process.stderr.write(
    `Node.js ${process.versions.node} is too old and node_modules has none for ${process.platform} on ${process.arch}: install Node.js 22.18 or newer\n`,
  )
  process.exit(1)
}

function main([script, ...rest]) {
  if (script === undefined) {
    process.stderr.write('usage: node tools/set-up.mjs SCRIPT [ARGUMENTS]\n')
    process.exit(2)
  }
  const environment = { ...process.env, ...cacheEnvironment() }
  install(environment)
  const node = findNode()
  const env = { ...environment, PATH: [join(root, 'node_modules/.bin'), environment.PATH ?? ''].join(delimiter) }
  const child = spawn(node, [script, ...rest], { cwd: root, env, stdio: 'inherit' })
  // The terminal sends SIGINT to the child as well; this process waits for what the child makes of it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => (signal === 'SIGINT' ? undefined : child.kill(signal)))
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1))
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2))
