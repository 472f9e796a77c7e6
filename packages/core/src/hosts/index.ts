export * from './local-host.ts'
