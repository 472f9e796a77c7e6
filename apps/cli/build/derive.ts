/** Prints what the build puts into the package: `catalogue`, `manual`, `modules` or `operations`, as JSON. */
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { manualPages, renderManual } from '@hostwright/core'
import { exitCodeMeanings } from '../src/exit-code.ts'
import { deriveLiveCatalogue } from '../src/live-catalogue.ts'
import { readVersion } from '../src/version.ts'
import { loadDomains } from '../src/domains/index.ts'
import { moduleMap } from './module-map.ts'
import { operationMap } from './operation-map.ts'

async function derive(what: string | undefined): Promise<unknown> {
  if (what === 'modules') {
    const names = ['@hostwright/core', '@hostwright/facts', '@hostwright/tuning']
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await moduleMap(fileURLToPath(import.meta.resolve(name)))])))
  }
  if (what === 'operations') return operationMap(await loadDomains())
  const catalogue = await deriveLiveCatalogue()
  if (what === 'catalogue') return catalogue
  const options = { version: readVersion(), exitCodes: exitCodeMeanings }
  return Object.fromEntries(manualPages(catalogue).map((words) => [`${[catalogue.program, ...words].join('-')}.1`, renderManual(catalogue, words, options)]))
}

process.stdout.write(JSON.stringify(await derive(process.argv[2])))
