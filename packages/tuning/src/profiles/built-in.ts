import type { Profile } from '../profile.ts'
import { ai } from './ai.ts'
import { balanced } from './balanced.ts'
import { database } from './database.ts'
import { desktop } from './desktop.ts'
import { gaming } from './gaming.ts'
import { mobile } from './mobile.ts'
import { networkLatency } from './network-latency.ts'
import { networkThroughput } from './network-throughput.ts'
import { server } from './server.ts'
import { virtualGuest } from './virtual-guest.ts'
import { virtualHost } from './virtual-host.ts'
import { workstation } from './workstation.ts'

/** The profiles that come with the library. Each value carries its reason and its source. */
export const builtInProfiles: readonly Profile[] = [
  balanced,
  desktop,
  gaming,
  workstation,
  server,
  networkLatency,
  networkThroughput,
  mobile,
  ai,
  virtualGuest,
  virtualHost,
  database,
]
