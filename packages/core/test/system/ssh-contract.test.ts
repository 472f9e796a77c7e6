import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Host } from '../../src/index.ts'
import { hostContract, type ContractFeature } from '../../src/testing.ts'
import { isRoot, needsSsh, sshMissing, startSshServer, type SshServer, type SshServerOptions } from './support/ssh-server.ts'

const supports: readonly ContractFeature[] = ['processes', 'shared files', isRoot ? 'ownership' : 'unprivileged']
const bash = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh'

const servers: readonly (readonly [name: string, options: SshServerOptions])[] = [
  ['a host behind SSH', {}],
  ['a host behind SSH without SFTP', { config: ['Subsystem sftp /bin/false'] }],
  ['a host behind SSH with four sessions at a time', { config: ['MaxSessions 4'] }],
  ['a host behind SSH whose login shell talks', { shell: bash, bashrc: 'echo welcome; echo beware >&2\n' }],
]

describe.skipIf(sshMissing !== undefined).each(servers)(needsSsh('%s'), (_name, options) => {
  let server: SshServer
  let host: Host
  beforeAll(async () => {
    server = await startSshServer(options)
    host = await server.connect()
  })
  afterAll(async () => {
    await host[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })
  for (const test of hostContract({ host: () => host, supports })) it.skipIf(test.missing.length > 0)(test.name, test.run, 20_000)
})
