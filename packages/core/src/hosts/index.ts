export * from './local-host.ts'
export * from './prefix-host.ts'
export * from './prefixes.ts'
export * from './shell-file-system.ts'
