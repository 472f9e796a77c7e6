/**
 * The public API of each library as a text file, `packages/<name>/etc/<entry>.api.md`, made by API Extractor from the
 * declarations of the last build. A change of the API shows up in review as a change of these files.
 *
 *   node tools/api-report.ts           writes the reports
 *   node tools/api-report.ts --check   fails if one is out of date
 */
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import { libraries, root, type Workspace } from './workspaces.ts'

interface Report {
  readonly path: string
  readonly text: string
}

/** The reports of one library, one for each entry point in its `exports`. */
export async function apiReports(library: Workspace): Promise<readonly Report[]> {
  const folder = await mkdtemp(join(tmpdir(), 'hostwright-api-'))
  try {
    const reports: Report[] = []
    for (const [entry, target] of Object.entries(library.manifest.exports)) {
      if (typeof target === 'string') continue
      const name = entry === '.' ? basename(library.directory) : `${basename(library.directory)}-${basename(entry)}`
      reports.push({ path: join(library.directory, 'etc', `${name}.api.md`), text: await extract(library, target.types, name, folder) })
    }
    return reports
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function extract(library: Workspace, types: string, name: string, folder: string): Promise<string> {
  const declarations = join(library.directory, types)
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: library.directory,
      mainEntryPointFilePath: declarations,
      apiReport: { enabled: true, reportFolder: folder, reportTempFolder: folder, reportFileName: name },
      newlineKind: 'lf',
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      compiler: {
        // API Extractor brings a TypeScript of its own, which reads declarations only.
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2024',
            lib: ['ES2024', 'ESNext.Disposable'],
            module: 'NodeNext',
            moduleResolution: 'NodeNext',
            types: ['node'],
            strict: true,
          },
          files: [declarations],
        },
      },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.None },
          // A type that a public one uses and that users cannot name.
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(library.directory, 'package.json'),
  })
  const problems: string[] = []
  const result = Extractor.invoke(config, {
    localBuild: true,
    printApiReportDiff: false,
    messageCallback(message) {
      message.handled = true
      if (message.logLevel === ExtractorLogLevel.Error) problems.push(message.formatMessageWithLocation(root))
    },
  })
  if (!result.succeeded) throw new Error(`the API of ${library.manifest.name} could not be read:\n${problems.join('\n')}`)
  return readFile(config.reportFilePath, 'utf8')
}

/** Exports of a library without a TSDoc comment, and types that its users need but cannot name; from the texts of all its reports. */
export function reportProblems(texts: readonly string[]): readonly string[] {
  const all = texts.join('\n')
  const undocumented = [...all.matchAll(/^\/\/ @public \(undocumented\)\n(export [^={(<:;]+)/gm)].map(
    ([, declaration = '']) => `${declaration.trim()} has no TSDoc comment`,
  )
  const exported = new Set([...all.matchAll(/^export (?:abstract )?(?:class|const|function|interface|type) (\w+)/gm)].map(([, name]) => name))
  const needed = new Set([...all.matchAll(/\(ae-forgotten-export\) The symbol "(\w+)"/g)].map(([, name = '']) => name))
  const forgotten = [...needed].filter((name) => !exported.has(name)).map((name) => `${name} is part of the public API, but not exported`)
  return [...undocumented, ...forgotten]
}

async function main(): Promise<number> {
  const check = process.argv.includes('--check')
  let stale = 0
  let incomplete = 0
  for (const library of libraries()) {
    const reports = await apiReports(library)
    const folder = join(library.directory, 'etc')
    await mkdir(folder, { recursive: true })
    const leftover = (await readdir(folder)).filter((name) => name.endsWith('.api.md') && !reports.some((report) => basename(report.path) === name))
    for (const name of leftover) {
      stale += 1
      if (check) console.error(`${join(folder, name)} belongs to no entry point`)
      else await rm(join(folder, name))
    }
    for (const problem of check ? reportProblems(reports.map(({ text }) => text)) : []) {
      incomplete += 1
      console.error(`${library.manifest.name}: ${problem}`)
    }
    for (const report of reports) {
      const present = await readFile(report.path, 'utf8').catch(() => '')
      if (present === report.text) continue
      stale += 1
      if (check) console.error(`${report.path} is out of date`)
      else await writeFile(report.path, report.text)
    }
  }
  if (check && stale > 0) console.error('The public API differs from its reports. If that is intended: npm run api, and commit the result.')
  return check && stale + incomplete > 0 ? 1 : 0
}

if (import.meta.main) process.exitCode = await main()
