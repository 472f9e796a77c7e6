import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { confirmTransaction, listTransactions, recoverTransactions, rollbackTransaction, type Host } from '../../src/index.ts'
import { apply, ending } from '../support/workbench.ts'
import { createKernelBench, kernelBenchObstacle, type KernelBench } from './support/kernel-bench.ts'
import { dyingHost, killWorkers, randomSequence } from './support/killing.ts'

const obstacle = kernelBenchObstacle()
const full = process.env['HOSTWRIGHT_FULL'] === '1'
const rounds = full ? 1000 : 25
const seed = Number(process.env['HOSTWRIGHT_SEED'] ?? 1)

describe.skipIf(obstacle !== '')(`a transaction whose processes are killed${obstacle === '' ? '' : ` (skipped: ${obstacle})`}`, () => {
  let kernel: KernelBench
  let before: string
  let after: string

  beforeAll(async () => {
    kernel = createKernelBench('crash')
    before = await kernel.snapshot()
    const { id } = ending((await apply(kernel.host, await kernel.plan(), kernel)).events)
    after = await kernel.snapshot()
    await rollbackTransaction(kernel.host, id, kernel)
  })
  afterAll(() => kernel[Symbol.dispose]())

  it('starts from a plan that changes everything and a rollback that restores everything', async () => {
    expect(after).not.toBe(before)
    expect(await kernel.snapshot()).toBe(before)
  })

  it(
    `ends as before or fully applied after each of ${rounds} random kills of apply, confirm, rollback and recovery`,
    async () => {
      const random = randomSequence(seed)
      const seen = { before: 0, after: 0, kills: 0 }
      for (let round = 0; round < rounds; round += 1) {
        const confirm = random() < 0.4
        const work = async (): Promise<void> => {
          const { events, error } = await apply(kernel.host, await kernel.plan(), { ...kernel, ...(confirm ? { confirmWithinMs: 60_000 } : {}) })
          if (error !== undefined) return
          if (confirm && random() < 0.5) await confirmTransaction(kernel.host, kernel).catch(() => undefined)
          if (random() < 0.7) await rollbackTransaction(kernel.host, ending(events).id, kernel).catch(() => undefined)
        }
        seen.kills += await killedAtRandom(work, random() * (confirm ? 700 : 500))
        while (random() < 0.5) seen.kills += await killedAtRandom(() => recoverTransactions(kernel.host, kernel).catch(() => undefined), random() * 150)
        await recoverTransactions(kernel.host, kernel)
        const [last] = await listTransactions(kernel.host, kernel)
        if (last?.state === 'awaiting-confirmation') await rollbackTransaction(kernel.host, last.id, kernel)
        const now = await kernel.snapshot()
        if (now === after) {
          seen.after += 1
          const applied = (await listTransactions(kernel.host, kernel)).find((each) => each.state === 'committed')
          expect(applied, `round ${round}: applied, but no transaction says so`).toBeDefined()
          await rollbackTransaction(kernel.host, applied?.id ?? '', kernel)
        } else seen.before += 1
        expect(await kernel.snapshot(), `round ${round} of seed ${seed}`).toBe(before)
      }
      killWorkers(kernel.stateDirectory)
      console.info(`${rounds} rounds: ${seen.kills} kills, ${seen.before} ended as before, ${seen.after} applied`)
      expect(seen.kills).toBeGreaterThan(rounds / 10)
    },
    full ? 3_600_000 : 120_000,
  )

  it(
    'ends as before or fully applied after a kill at every single entry of the journal, while applying and while undoing',
    async () => {
      let deaths = 0
      for (const phase of ['applying', 'undoing'] as const) {
        for (let at = 1, died = true; died; at += full ? 1 : 4) {
          for (const when of full ? (['before', 'after'] as const) : ([at % 8 === 1 ? 'before' : 'after'] as const)) {
            const marker = kernel.stateDirectory.replace(/state$/u, `died-${phase}-${at}-${when}`)
            const host: Host = dyingHost(kernel.host, { at, when, marker })
            if (phase === 'undoing') writeFileSync(marker, '')
            const { events, error } = await apply(host, await kernel.plan(), kernel)
            if (phase === 'undoing') {
              rmSync(marker)
              await rollbackTransaction(host, ending(events).id, kernel).catch(() => undefined)
            } else if (existsSync(marker)) expect(error).toMatchObject({ code: 'CONNECTION_LOST' })
            else expect(error).toBeUndefined()
            died = existsSync(marker)
            if (died) deaths += 1
            else writeFileSync(marker, '')
            await recoverTransactions(kernel.host, kernel)
            const [last] = await listTransactions(kernel.host, kernel)
            expect(await kernel.snapshot(), `killed ${when} entry ${at} while ${phase}`).toBe(last?.state === 'committed' ? after : before)
            if (last?.state === 'committed') await rollbackTransaction(kernel.host, last.id, kernel)
            expect(await kernel.snapshot(), `killed ${when} entry ${at} while ${phase}`).toBe(before)
          }
        }
      }
      console.info(`${deaths} deaths at entries of the journal`)
      expect(deaths).toBeGreaterThan(full ? 80 : 8)
    },
    full ? 1_200_000 : 120_000,
  )

  it('ignores a torn or garbled tail of the journal', async () => {
    for (const garbage of [
      '\nbegin 1',
      '\nbegin 99999999999999999999 .\n',
      '\noutcome 1 commit',
      '\0\0\0\0\0',
      '\nundone x .\nbegin 1 2 .\n',
      '�\n'.repeat(50),
    ]) {
      const work = apply(kernel.host, await kernel.plan(), kernel)
      await new Promise((resolve) => setTimeout(resolve, 120))
      killWorkers(kernel.stateDirectory)
      await work
      const [last] = await listTransactions(kernel.host, kernel)
      if (last !== undefined && last.state === 'interrupted') appendFileSync(`${kernel.stateDirectory}/transactions/${last.id}/journal`, garbage)
      await recoverTransactions(kernel.host, kernel).catch((error: unknown) => expect(error).toBeUndefined())
      if ((await kernel.snapshot()) === after) await rollbackTransaction(kernel.host, last?.id ?? '', kernel)
      expect(await kernel.snapshot(), JSON.stringify(garbage)).toBe(before)
    }
  })

  async function killedAtRandom(work: () => Promise<unknown>, delayMs: number): Promise<number> {
    const running = work()
    await Promise.race([running, new Promise((resolve) => setTimeout(resolve, delayMs))])
    const killed = killWorkers(kernel.stateDirectory)
    await running
    return killed > 0 ? 1 : 0
  }
})
