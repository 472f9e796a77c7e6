import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { isHostwrightError, type ErrorCode, type HostwrightError } from '../errors.ts'
import type { Host } from '../host.ts'

/** Expects a rejection with this code; gives the error. */
export async function expectCode(work: Promise<unknown>, code: ErrorCode): Promise<HostwrightError> {
  let outcome: unknown
  try {
    outcome = await work
  } catch (error) {
    if (!isHostwrightError(error, code)) throw error
    return error
  }
  assert.fail(`expected ${code}, but it resolved to ${JSON.stringify(outcome)}`)
}

/** Asks again until the answer is there. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, withinMs = 10_000): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > deadline) assert.fail(`${what} did not happen within ${withinMs} ms`)
    await sleep(20)
  }
}

/** Expects that none of the processes runs on the host any more, asked by their process ids there. */
export async function expectGone(host: Host, pids: readonly string[], withinMs = 3000): Promise<void> {
  const script = String.raw`for p; do
  if [ -r "/proc/$p/status" ]; then grep -q "^State:[[:space:]]*[ZX]" "/proc/$p/status" || echo "$p"
  elif [ ! -d /proc/self ] && kill -0 "$p" 2>/dev/null; then echo "$p"; fi
done`
  await eventually(
    `the end of the processes ${pids.join(' ')}`,
    async () => ((await host.run(['sh', '-c', script, 'sh', ...pids])).stdout === '' ? true : undefined),
    withinMs,
  )
}

/** Text of all bytes that a stream gives on one side. */
export function textOf(chunks: readonly { readonly type: string; readonly bytes: Uint8Array }[], type: 'stdout' | 'stderr'): string {
  const decoder = new TextDecoder()
  return chunks
    .filter((chunk) => chunk.type === type)
    .map((chunk) => decoder.decode(chunk.bytes, { stream: true }))
    .join('')
}
