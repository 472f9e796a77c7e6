// Preloaded into the command: prints what it loaded to standard error when it ends.
import { registerHooks } from 'node:module'
import process from 'node:process'

const loaded = []
registerHooks({
  load(url, context, next) {
    loaded.push(url)
    return next(url, context)
  },
})
process.on('exit', () => process.stderr.write(JSON.stringify(loaded)))
