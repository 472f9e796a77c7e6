import { applyPlan, createPlanner, localHost } from '../../../src/index.ts'

/** Applies a change that waits for its confirmation, says so, and stays. Arguments: attribute, state directory, milliseconds. */
const [attribute = '', stateDirectory = '', within = '2000'] = process.argv.slice(2)
const host = localHost()
const planner = createPlanner(host, 'test')
await planner.set(attribute, '10')
for await (const event of applyPlan(host, planner.finish(), { stateDirectory, confirmWithinMs: Number(within) })) {
  if (event.type === 'finished') process.stdout.write(`${event.state}\n`)
}
setInterval(() => undefined, 1000)
