import { describe, expect, it } from 'vitest'
import { factSections, readFacts } from '@hostwright/facts'
import { factsSchema } from '../src/schemas/facts.ts'
import { loadFixture } from './fixture-tree.ts'

const machines = ['amd-laptop', 'intel-nvidia-laptop', 'numa-server', 'kvm-guest', 'raspberry-pi']

describe.each(machines)('%s', (machine) => {
  it('has the facts that are recorded next to it', async () => {
    const facts = await readFacts(loadFixture(machine))
    expect(Object.keys(facts)).toEqual(factSections)
    await expect(`${JSON.stringify(facts, null, 1)}\n`).toMatchFileSnapshot(`fixtures/${machine}.facts.json`)
  })

  it('fits the schema of the operation, without a key more', async () => {
    const facts = await readFacts(loadFixture(machine))
    expect(factsSchema.parse(facts)).toEqual(facts)
  })
})
