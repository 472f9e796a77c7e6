import { createPlanner, isHostwrightError, type DomainSection } from '@hostwright/core'
import * as z from 'zod'

export const motdPath = '/etc/motd'

const schema = z.strictObject({
  text: z.string().describe('What everyone reads who logs in'),
})

/** The message of the day as desired state: `motd: { text: Be careful }`. */
export const motdSection: DomainSection<typeof schema> = {
  name: 'motd',
  schema,
  async observe(host) {
    try {
      return { text: await host.fs.readText(motdPath) }
    } catch (error) {
      if (isHostwrightError(error, 'NOT_FOUND')) return { text: '' }
      throw error
    }
  },
  async plan(host, desired, source) {
    const planner = createPlanner(host, 'motd')
    await planner.write(motdPath, desired.text.endsWith('\n') ? desired.text : `${desired.text}\n`, {
      summary: `message of the day: ${desired.text.split('\n')[0]}`,
      source: source?.locate(['text']) ?? 'motd',
    })
    return planner.finish()
  },
  async findings(host) {
    const present = await host.fs.exists(motdPath)
    return present ? [] : [{ id: 'motd/missing', domain: 'motd', severity: 'info', subject: motdPath, message: 'There is no message of the day.' }]
  },
}
