/**
 * The rules of who may import what, made from the `layer:` tag in each package.json and kept in .oxlintrc.json, so that
 * every editor shows a forbidden import at once.
 *
 *   node tools/layers.ts   writes the rules
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { type Layer, root, type Workspace, workspaces } from './workspaces.ts'

/** A part of .oxlintrc.json that holds for some files. */
export interface Override {
  readonly files: readonly string[]
  readonly rules: Readonly<Record<string, unknown>>
}

const mayImport: Readonly<Record<Layer, readonly Layer[]>> = {
  core: [],
  domain: ['core'],
  composite: ['core', 'domain'],
  app: ['core', 'domain', 'composite'],
  example: ['core', 'domain', 'composite'],
}

// What opens files, starts processes or connects. Libraries other than core go through a Host.
const systemModules = [
  'fs',
  'fs/promises',
  'child_process',
  'net',
  'tls',
  'http',
  'http2',
  'https',
  'dgram',
  'dns',
  'dns/promises',
  'worker_threads',
  'cluster',
  'os',
]

/** The rules for each package: what its layer may import, and, in the source of libraries other than core, no system modules. */
export function layerOverrides(all: readonly Workspace[], from: string = root): readonly Override[] {
  return all.flatMap((workspace) => {
    const directory = relative(from, workspace.directory)
    const patterns = importPatterns(workspace, all)
    const closed = workspace.layer === 'domain' || workspace.layer === 'composite'
    const override = (files: readonly string[], paths: readonly object[]): Override => ({
      files,
      rules: { 'no-restricted-imports': ['error', { paths, patterns }] },
    })
    return [
      override([`${directory}/**`], []),
      ...(closed
        ? [
            override(
              [`${directory}/src/**`],
              systemModules.map((name) => ({ name: `node:${name}`, message: 'Only core touches the system: take a Host or a FileTree instead.' })),
            ),
          ]
        : []),
    ]
  })
}

function importPatterns(workspace: Workspace, all: readonly Workspace[]): readonly object[] {
  const allowed = all.filter((other) => mayImport[workspace.layer].includes(other.layer)).map(({ manifest }) => manifest.name)
  const others = all.filter((other) => other !== workspace && !allowed.includes(other.manifest.name)).map(({ manifest }) => manifest.name)
  // Names below @hostwright/ that do not exist yet are forbidden as well; others are listed one by one.
  const unscoped = others.filter((name) => !name.startsWith('@hostwright/'))
  const own = workspace.manifest.name
  return [
    {
      group: [
        '@hostwright/**',
        ...unscoped.flatMap((name) => [name, `${name}/**`]),
        ...[...allowed, own].filter((name) => name.startsWith('@hostwright/')).flatMap((name) => [`!${name}`, `!${name}/**`]),
      ],
      message: `${own} is on the layer ${workspace.layer}, which imports ${mayImport[workspace.layer].join(', ') || 'no package of this repository'}.`,
    },
    {
      group: all
        .filter((other) => other !== workspace)
        .flatMap((other) => ['src', 'dist', 'test'].map((folder) => `**/${basename(other.directory)}/${folder}/**`)),
      message: 'Import another package by its name.',
    },
  ]
}

/** The text of .oxlintrc.json with the rules for these packages in the place of those that it has. */
export function withLayerOverrides(configText: string, all: readonly Workspace[], from: string = root): string {
  const config = JSON.parse(configText) as { overrides?: readonly Override[] }
  const kept = (config.overrides ?? []).filter(({ rules }) => !('no-restricted-imports' in rules))
  return `${JSON.stringify({ ...config, overrides: [...kept, ...layerOverrides(all, from)] }, undefined, 2)}\n`
}

if (import.meta.main) {
  const path = join(root, '.oxlintrc.json')
  if (existsSync(path)) writeFileSync(path, withLayerOverrides(readFileSync(path, 'utf8'), workspaces()))
}
