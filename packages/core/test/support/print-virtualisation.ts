import { localHost, readVirtualisation } from '@hostwright/core'

await using host = localHost()
process.stdout.write(JSON.stringify(await readVirtualisation(host.fs)))
