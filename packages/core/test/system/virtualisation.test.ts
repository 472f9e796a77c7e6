import { execFileSync } from 'node:child_process'
import { existsSync, readlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { localHost, readVirtualisation, type Virtualisation } from '@hostwright/core'

const namespaceNumber = Number(/\d+/.exec(readlinkSync('/proc/self/ns/mnt'))?.[0])
const isInitial = readlinkSync('/proc/self/ns/pid') === 'pid:[4026531836]' && namespaceNumber <= 4_026_531_841
const canUnshare = process.getuid?.() === 0 && existsSync('/usr/bin/unshare')

/** What a process of its own reads, in other namespaces than this one. */
function readIn(prefix: readonly string[]): Virtualisation {
  const script = fileURLToPath(new URL('../support/print-virtualisation.ts', import.meta.url))
  const [program = '', ...rest] = [...prefix, process.execPath, '--conditions=@hostwright/source', script]
  return JSON.parse(execFileSync(program, rest, { encoding: 'utf8' })) as Virtualisation
}

describe('readVirtualisation on this machine', () => {
  it.skipIf(!isInitial)(`takes no file for a container in the initial namespaces${isInitial ? '' : ' (skipped: these are not)'}`, async () => {
    await using host = localHost()
    const { kind, evidence } = await readVirtualisation(host.fs)
    expect(kind).not.toBe('container')
    expect(evidence.length).toBeGreaterThan(0)
  })

  describe.skipIf(!canUnshare)(`in other namespaces${canUnshare ? '' : ' (skipped: needs root and unshare)'}`, () => {
    it('sees a container in a PID namespace of its own', () => {
      expect(readIn(['unshare', '--pid', '--fork', '--mount-proc']).kind).toBe('container')
    })

    it.skipIf(!isInitial)('sees no container in a mount namespace alone', () => {
      expect(readIn(['unshare', '--mount', '--propagation', 'private']).kind).not.toBe('container')
    })
  })
})
