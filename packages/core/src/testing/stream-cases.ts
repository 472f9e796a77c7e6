import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OutputChunk } from '../host.ts'
import type { ContractCase } from './contract-case.ts'
import { expectCode, expectGone, textOf } from './expectations.ts'

/** Running commands whose output is read while they run. */
export const streamCases: readonly ContractCase[] = [
  {
    name: 'streams both outputs and then tells how the command ended, whatever its exit code',
    needs: [],
    async run({ host }) {
      await using stream = host.stream(['sh', '-c', 'echo one; echo two >&2; echo three; exit 3'])
      const chunks: OutputChunk[] = []
      for await (const chunk of stream) chunks.push(chunk)
      assert.deepEqual([textOf(chunks, 'stdout'), textOf(chunks, 'stderr')], ['one\nthree\n', 'two\n'])
      const { durationMs, ...exit } = await stream.exit
      assert.deepEqual(exit, { argv: ['sh', '-c', 'echo one; echo two >&2; echo three; exit 3'], exitCode: 3, signal: undefined })
      assert.ok(durationMs > 0)
    },
  },
  {
    name: 'streams output while the command still runs, and takes input meanwhile',
    needs: ['processes'],
    async run({ host }) {
      await using stream = host.stream(['sh', '-c', 'while read -r line; do echo "got $line"; done; echo end'])
      const output = stream[Symbol.asyncIterator]()
      for (const word of ['first', 'second']) {
        await stream.write(`${word}\n`)
        const next = await output.next()
        assert.equal(next.done, false)
        assert.equal(textOf([next.value], 'stdout'), `got ${word}\n`)
      }
      stream.end()
      const last = await output.next()
      assert.equal(last.done === true ? '' : textOf([last.value], 'stdout'), 'end\n')
      assert.equal((await output.next()).done, true)
    },
  },
  {
    name: 'gives `stdin` of the options to a streamed command and then ends its input',
    needs: [],
    async run({ host }) {
      const chunks: OutputChunk[] = []
      for await (const chunk of host.stream(['cat'], { stdin: 'in\n' })) chunks.push(chunk)
      assert.equal(textOf(chunks, 'stdout'), 'in\n')
    },
  },
  {
    name: 'loses nothing of a long output when the reader is slow',
    needs: ['processes'],
    async run({ host }) {
      let size = 0
      let pauses = 0
      for await (const { bytes } of host.stream(['head', '-c', '12000000', '/dev/zero'])) {
        size += bytes.length
        pauses += 1
        if (pauses % 40 === 0) await sleep(5)
      }
      assert.equal(size, 12_000_000)
    },
  },
  {
    name: 'ends the command and its children when the loop is left early',
    needs: ['processes'],
    async run({ host }) {
      const script = `sh -c 'echo $$; while :; do sleep 1; done' & echo $$; wait`
      const stream = host.stream(['sh', '-c', script])
      const pids: string[] = []
      let text = ''
      for await (const chunk of stream) {
        text += textOf([chunk], 'stdout')
        if (text.split('\n').length === 3) {
          pids.push(...text.trim().split('\n'))
          break
        }
      }
      await stream.exit
      assert.equal(pids.length, 2)
      await expectGone(host, pids)
    },
  },
  {
    name: 'ends the command when the stream is disposed of',
    needs: ['processes'],
    async run({ host }) {
      const pids: string[] = []
      {
        await using stream = host.stream(['sh', '-c', 'echo $$; while :; do sleep 1; done'])
        const first = await stream[Symbol.asyncIterator]().next()
        if (first.done !== true) pids.push(textOf([first.value], 'stdout').trim())
      }
      await expectGone(host, pids)
    },
  },
  {
    name: 'sends signals to a streamed command',
    needs: ['processes'],
    async run({ host }) {
      await using stream = host.stream(['sh', '-c', 'echo ready; while :; do sleep 1; done'])
      await stream[Symbol.asyncIterator]().next()
      stream.kill('SIGINT')
      const exit = await stream.exit
      assert.ok(exit.signal === 'SIGINT' || exit.exitCode === 130, JSON.stringify(exit))
    },
  },
  {
    name: 'throws from the loop and from `exit` when a streamed command takes too long',
    needs: [],
    async run({ host }) {
      const stream = host.stream(['sleep', '60'], { timeoutMs: 300 })
      const read = async (): Promise<void> => {
        for await (const chunk of stream) assert.fail(`unexpected output of ${chunk.bytes.length} bytes`)
      }
      await expectCode(read(), 'TIMEOUT')
      await expectCode(stream.exit, 'TIMEOUT')
    },
  },
  {
    name: 'throws ABORTED from a streamed command that is aborted',
    needs: ['processes'],
    async run({ host }) {
      const controller = new AbortController()
      const stream = host.stream(['sh', '-c', 'echo $$; while :; do sleep 1; done'], { signal: controller.signal })
      const pids: string[] = []
      const read = async (): Promise<void> => {
        for await (const chunk of stream) {
          pids.push(textOf([chunk], 'stdout').trim())
          controller.abort()
        }
      }
      await expectCode(read(), 'ABORTED')
      await expectCode(stream.exit, 'ABORTED')
      await expectGone(host, pids)
    },
  },
  {
    name: 'rejects a stream whose program is not there',
    needs: [],
    async run({ host }) {
      const stream = host.stream(['hostwright-no-such-program'])
      await expectCode(stream.exit, 'COMMAND_NOT_FOUND')
      await expectCode(host.stream([]).exit, 'INVALID_INPUT')
    },
  },
]
