export type { HostKeyPolicy } from './host-key.ts'
export * from './ssh-host.ts'
export type * from './ssh-options.ts'
export * from './ssh-url.ts'
