import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { decodeFileName } from '../file-name.ts'
import type { ContractCase } from './contract-case.ts'
import { expectCode } from './expectations.ts'

const megabyte = 1024 * 1024

/** What `run` gives and takes: exit codes, signals, arguments, input and output. */
export const commandCases: readonly ContractCase[] = [
  {
    name: 'gives the exit code, standard output and standard error of a command',
    needs: [],
    async run({ host }) {
      const { durationMs, ...result } = await host.run(['sh', '-c', 'echo out; echo err >&2'])
      assert.deepEqual(result, {
        argv: ['sh', '-c', 'echo out; echo err >&2'],
        exitCode: 0,
        signal: undefined,
        stdout: 'out\n',
        stderr: 'err\n',
        stdoutBytes: new TextEncoder().encode('out\n'),
      })
      assert.ok(durationMs > 0)
    },
  },
  {
    name: 'throws COMMAND_FAILED with the exit code and standard error of a failing command',
    needs: [],
    async run({ host }) {
      const error = await expectCode(host.run(['sh', '-c', 'echo broken >&2; exit 3']), 'COMMAND_FAILED')
      assert.match(error.message, /exit code 3.*broken/u)
      assert.equal(error.data?.['exitCode'], 3)
      assert.equal(error.data?.['stderr'], 'broken\n')
    },
  },
  {
    name: 'resolves with the exit code of a failing command if it is not to be checked',
    needs: [],
    async run({ host }) {
      for (const code of [1, 2, 42, 125, 126, 127, 128, 200, 255]) {
        const result = await host.run(['sh', '-c', `exit ${code}`], { check: false })
        assert.deepEqual([result.exitCode, result.signal], [code, undefined])
      }
    },
  },
  {
    name: 'names the signal that ended a command',
    needs: [],
    async run({ host }) {
      for (const signal of ['TERM', 'KILL', 'INT', 'SEGV']) {
        const result = await host.run(['sh', '-c', `kill -${signal} $$`], { check: false })
        assert.deepEqual([result.exitCode, result.signal], [undefined, `SIG${signal}`])
      }
      const error = await expectCode(host.run(['sh', '-c', 'kill -TERM $$']), 'COMMAND_FAILED')
      assert.match(error.message, /SIGTERM/u)
    },
  },
  {
    name: 'hands arguments to the command as they are, whatever they hold',
    needs: [],
    async run({ host }) {
      const words = [
        '',
        ' ',
        'a b',
        "it's",
        '"quoted"',
        '$HOME `id` $(id)',
        '*',
        '-n',
        '--',
        '\\n\\0101',
        'line\nbreak\n',
        '\t',
        'ä→😀',
        '!',
        '~',
        '%s',
        'a=b',
        '#',
        ';&|<>',
      ]
      const result = await host.run(['printf', '%s\\0', ...words])
      assert.deepEqual(result.stdout.split('\0').slice(0, -1), words)
    },
  },
  {
    name: 'hands arguments that are not UTF-8 to the command byte by byte',
    needs: [],
    async run({ host }) {
      const words = [decodeFileName(Uint8Array.of(0xff, 0x0a, 0x80, 0x0a)), decodeFileName(Uint8Array.of(0x5c, 0x30, 0xc3, 0x28)), "ä'$x\n"]
      const result = await host.run(['printf', '%s\\0', ...words])
      assert.deepEqual(result.stdout.split('\0').slice(0, -1), words)
    },
  },
  {
    name: 'gives text and bytes to standard input',
    needs: [],
    async run({ host }) {
      assert.equal((await host.run(['cat'], { stdin: 'grüße\n' })).stdout, 'grüße\n')
      const bytes = Uint8Array.from({ length: 3 * 256 }, (_, index) => index % 256)
      assert.deepEqual((await host.run(['cat'], { stdin: bytes })).stdoutBytes, bytes)
    },
  },
  {
    name: 'gives an empty standard input by default',
    needs: [],
    async run({ host }) {
      assert.equal((await host.run(['cat'], { timeoutMs: 10_000 })).stdout, '')
    },
  },
  {
    name: 'does not mind a command that leaves its input unread',
    needs: [],
    async run({ host }) {
      const result = await host.run(['true'], { stdin: new Uint8Array(4 * megabyte) })
      assert.equal(result.exitCode, 0)
    },
  },
  {
    name: 'passes megabytes through a command in both directions at once',
    needs: [],
    async run({ host }) {
      const bytes = Uint8Array.from({ length: 4 * megabyte }, (_, index) => (index * 31 + (index >> 8)) % 256)
      const result = await host.run(['cat'], { stdin: bytes })
      assert.ok(Buffer.compare(result.stdoutBytes, bytes) === 0)
    },
  },
  {
    name: 'shows output that is not UTF-8 as a file name would be shown',
    needs: [],
    async run({ host }) {
      const result = await host.run(['printf', 'a\\377\\n'])
      assert.equal(result.stdout, 'a\udcff\n')
      assert.deepEqual(result.stdoutBytes, Uint8Array.of(0x61, 0xff, 0x0a))
    },
  },
  {
    name: 'takes 50 MB of output',
    needs: [],
    async run({ host }) {
      const { stdoutBytes } = await host.run(['head', '-c', '50000000', '/dev/zero'])
      assert.equal(stdoutBytes.length, 50_000_000)
    },
  },
  {
    name: 'reads standard output and standard error at the same time',
    needs: [],
    async run({ host }) {
      const script = 'head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2'
      const result = await host.run(['sh', '-c', script])
      assert.deepEqual([result.stdout.length, result.stderr.length], [1_000_000, 2_000_000])
    },
  },
  {
    name: 'throws COMMAND_NOT_FOUND for a program that is not there',
    needs: [],
    async run({ host }) {
      const error = await expectCode(host.run(['hostwright-no-such-program', 'x']), 'COMMAND_NOT_FOUND')
      assert.equal(error.subject, 'hostwright-no-such-program')
      await expectCode(host.run(['/nonexistent/program']), 'COMMAND_NOT_FOUND')
      await expectCode(host.run(['hostwright-no-such-program'], { check: false }), 'COMMAND_NOT_FOUND')
    },
  },
  {
    name: 'throws PERMISSION_DENIED for a program that is not executable',
    needs: ['shared files'],
    async run({ host, directory, commandPath }) {
      await host.fs.write(`${directory}/program`, '#!/bin/sh\nexit 0\n', { mode: 0o644 })
      await expectCode(host.run([commandPath(`${directory}/program`)]), 'PERMISSION_DENIED')
      await host.fs.chmod(`${directory}/program`, 0o755)
      assert.equal((await host.run([commandPath(`${directory}/program`)])).exitCode, 0)
    },
  },
  {
    name: 'refuses a command without words, with an empty name or with a NUL byte',
    needs: [],
    async run({ host }) {
      await expectCode(host.run([]), 'INVALID_INPUT')
      await expectCode(host.run(['']), 'INVALID_INPUT')
      await expectCode(host.run(['printf', 'a\0b']), 'INVALID_INPUT')
      await expectCode(host.run(['true'], { env: { 'A=B': 'c' } }), 'INVALID_INPUT')
    },
  },
  {
    name: 'runs commands side by side and keeps their output apart',
    needs: [],
    async run({ host }) {
      const numbers = Array.from({ length: 12 }, (_, index) => index)
      const startedAt = performance.now()
      const results = await Promise.all(numbers.map((number) => host.run(['sh', '-c', 'sleep 0.5; echo "$1"', 'sh', String(number)])))
      assert.deepEqual(
        results.map((result) => result.stdout),
        numbers.map((number) => `${number}\n`),
      )
      assert.ok(performance.now() - startedAt < 5000, 'twelve sleeps of half a second ran one after the other')
    },
  },
]
