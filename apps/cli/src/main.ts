#!/usr/bin/env node
import { readVersion } from './version.ts'

const argv = process.argv.slice(2)
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  // Nothing else is loaded for this: it costs what starting Node costs.
  process.stdout.write(`${readVersion()}\n`)
} else {
  const { runProcess } = await import('./process.ts')
  await runProcess(argv)
}
