import type { Domain } from '@hostwright/core'
import { findTrouble } from './findings.ts'
import { operations } from './operations.ts'

/** What this library offers to the command, the daemon and the dashboard. */
export const domain: Domain = {
  name: 'facts',
  summary: 'What the system is: operating system, hardware, devices, network, users and mounts',
  operations,
  findings: (host) => findTrouble(host.fs),
}
