import type { SpanningOperation } from '../context.ts'

/** The operations that span domains, in the order of help. Each is loaded when it runs. */
export const spanningLoaders: Readonly<Record<string, () => Promise<SpanningOperation>>> = {
  doctor: async () => (await import('./doctor.ts')).doctor,
  plan: async () => (await import('./plan.ts')).plan,
  apply: async () => (await import('./apply.ts')).apply,
  confirm: async () => (await import('./confirm.ts')).confirm,
  rollback: async () => (await import('./rollback.ts')).rollback,
  history: async () => (await import('./history.ts')).history,
  recover: async () => (await import('./recover.ts')).recover,
  'recover install': async () => (await import('./recover-install.ts')).recoverInstall,
  schema: async () => (await import('./schema.ts')).schema,
  completion: async () => (await import('./completion.ts')).completion,
  man: async () => (await import('./man.ts')).man,
  help: async () => (await import('./help.ts')).help,
}
