export { readVirtualisation } from '@hostwright/core'
export type { Virtualisation } from '@hostwright/core'
