import assert from 'node:assert/strict'
import type { ContractCase } from './contract-case.ts'
import { expectCode } from './expectations.ts'

/** Working directory and environment of commands. */
export const surroundingsCases: readonly ContractCase[] = [
  {
    name: 'starts commands in the root directory by default',
    needs: [],
    async run({ host }) {
      assert.equal((await host.run(['pwd'])).stdout, `${host.root === '' ? '/' : host.root}\n`)
    },
  },
  {
    name: 'starts commands in the given directory, whatever its name',
    needs: ['shared files'],
    async run({ host, directory, commandPath }) {
      for (const name of ['plain', "it's $HOME \\n `id`", '-dash', 'line\nbreak\n', '\udcff\udc80']) {
        await host.fs.mkdir(`${directory}/${name}`)
        assert.equal((await host.run(['pwd'], { cwd: `${directory}/${name}` })).stdout, `${commandPath(`${directory}/${name}`)}\n`)
      }
    },
  },
  {
    name: 'throws NOT_FOUND with its path for a working directory that is not there, or that is a file',
    needs: ['shared files'],
    async run({ host, directory }) {
      const error = await expectCode(host.run(['true'], { cwd: `${directory}/none` }), 'NOT_FOUND')
      assert.match(error.subject ?? '', /\/none$/u)
      await host.fs.write(`${directory}/file`, '')
      await expectCode(host.run(['true'], { cwd: `${directory}/file` }), 'NOT_FOUND')
    },
  },
  {
    name: 'adds variables to the environment, whatever their value',
    needs: [],
    async run({ host }) {
      const env = { HOSTWRIGHT_A: 'a b\n"c" \'d\' $HOME `id` \\ =', HOSTWRIGHT_B: '' }
      const result = await host.run(['sh', '-c', `printf '%s\\0' "$HOSTWRIGHT_A" "\${HOSTWRIGHT_B-unset}" "\${HOSTWRIGHT_C-unset}"`], { env })
      assert.deepEqual(result.stdout.split('\0').slice(0, -1), [env.HOSTWRIGHT_A, '', 'unset'])
    },
  },
  {
    name: 'removes a variable that is given as undefined',
    needs: [],
    async run({ host }) {
      const script = `echo "\${HOSTWRIGHT_A-unset} \${HOME-unset}"`
      assert.equal((await host.run(['sh', '-c', script], { env: { HOME: undefined, HOSTWRIGHT_A: 'set' } })).stdout, 'set unset\n')
    },
  },
  {
    name: 'sets LC_ALL=C unless told otherwise',
    needs: [],
    async run({ host }) {
      const print = ['sh', '-c', `echo "\${LC_ALL-unset}"`]
      assert.equal((await host.run(print)).stdout, 'C\n')
      assert.equal((await host.run(print, { env: { LC_ALL: 'POSIX' } })).stdout, 'POSIX\n')
      assert.equal((await host.run(print, { env: { LC_ALL: undefined } })).stdout, 'unset\n')
    },
  },
]
