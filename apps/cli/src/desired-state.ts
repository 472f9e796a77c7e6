import { findConfiguration, HostwrightError, loadConfiguration, planDesiredState, type Configuration, type Plan } from '@hostwright/core'
import type { SpanningContext } from './context.ts'

/**
 * The configuration that was named by --config, or the one of the working directory, or the system's.
 *
 * @throws `NOT_FOUND` if there is none, and what reading it throws
 */
export async function readConfiguration(context: Pick<SpanningContext, 'configFile' | 'cwd' | 'domains'>): Promise<Configuration> {
  const { configFile, cwd } = context
  const path = configFile ?? findConfiguration(cwd)
  if (path === undefined) {
    throw new HostwrightError('NOT_FOUND', 'there is no host.yaml here, and no /etc/hostwright/host.yaml', {
      subject: 'host.yaml',
      hint: 'Write one (`hostwright schema` gives its JSON Schema to your editor), or name one with --config.',
    })
  }
  return loadConfiguration(path, await context.domains())
}

/** The change that the configuration asks for. */
export async function planConfiguration(context: SpanningContext): Promise<{ readonly configuration: string; readonly plan: Plan }> {
  const configuration = await readConfiguration(context)
  return { configuration: configuration.path, plan: await planDesiredState(context.host, configuration) }
}
