// Imports a module and prints, as JSON, what that did besides: packages loaded, calls that open files, start processes
// or connect, and changes to the process. Runs in a process of its own:
//
//   node import-probe.mjs SPECIFIER
import childProcess from 'node:child_process'
import dgram from 'node:dgram'
import dns from 'node:dns'
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import module from 'node:module'
import net from 'node:net'
import process from 'node:process'
import tls from 'node:tls'
import workerThreads from 'node:worker_threads'

const calls = []
const watch = (object, prefix) => {
  for (const name of Object.keys(object)) {
    const original = object[name]
    // Classes such as fs.Stats are no calls; streams open what they are given through fs.open.
    if (typeof original !== 'function' || /^[A-Z_]/.test(name)) continue
    object[name] = function (...args) {
      const caller = new Error().stack.split('\n')[2] ?? ''
      if (!/\bnode:[a-z_/]+:\d/.test(caller)) calls.push(`${prefix}.${name}(${typeof args[0] === 'string' ? args[0] : ''})`)
      return Reflect.apply(original, this, args)
    }
  }
}
for (const [object, prefix] of [
  [fs, 'fs'],
  [fs.promises, 'fs.promises'],
  [childProcess, 'child_process'],
  [net, 'net'],
  [tls, 'tls'],
  [dgram, 'dgram'],
  [dns, 'dns'],
  [http, 'http'],
  [https, 'https'],
]) {
  watch(object, prefix)
}
module.syncBuiltinESMExports()

const state = () => ({
  cwd: process.cwd(),
  umask: process.umask(),
  env: { ...process.env },
  listeners: process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`),
  threads: workerThreads.threadId,
  // zod keeps its configuration and registry in globals, to be one across copies of itself.
  globals: Object.getOwnPropertyNames(globalThis).filter((name) => !name.startsWith('__zod')),
})

const packages = new Set()
module.registerHooks({
  load(url, context, nextLoad) {
    const [, own] = /\/(?:packages|apps)\/([^/]+)\//.exec(url) ?? []
    const [, foreign] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? []
    if (foreign !== undefined) packages.add(foreign)
    else if (own !== undefined) packages.add(`own:${own}`)
    return nextLoad(url, context)
  },
})

const before = state()
calls.length = 0
await import(process.argv[2])
const during = [...calls]
const after = state()
const changed = Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
process.stdout.write(`${JSON.stringify({ packages: [...packages], calls: during, changed })}\n`)
