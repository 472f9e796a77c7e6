/** Prints what the build puts into the package: `catalogue` or `manual`, as JSON. */
import process from 'node:process'
import { manualPages, renderManual } from '@hostwright/core'
import { exitCodeMeanings } from '../src/exit-code.ts'
import { deriveLiveCatalogue } from '../src/live-catalogue.ts'
import { readVersion } from '../src/version.ts'

const catalogue = await deriveLiveCatalogue()
if (process.argv[2] === 'manual') {
  const options = { version: readVersion(), exitCodes: exitCodeMeanings }
  const pages = manualPages(catalogue).map((words) => [`${[catalogue.program, ...words].join('-')}.1`, renderManual(catalogue, words, options)])
  process.stdout.write(JSON.stringify(Object.fromEntries(pages)))
} else {
  process.stdout.write(JSON.stringify(catalogue))
}
