import process from 'node:process'
import { runProcess } from '../../src/process.ts'
import { testProgram } from './test-program.ts'

await runProcess(process.argv.slice(2), testProgram)
