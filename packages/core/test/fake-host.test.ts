import { describe, expect, it } from 'vitest'
import { createPlanner, fakeHost, HostwrightError, localHost } from '../src/index.ts'
import { hostContract } from '../src/testing.ts'

describe('a fake host', () => {
  const machine = localHost()
  const delegating = fakeHost({
    files: { '/tmp': { directory: {}, mode: 0o1777 } },
    missing: ['hostwright-no-such-program'],
    commands: [
      {
        argv: (argv) => argv[0] !== 'hostwright-no-such-program',
        async result({ argv, stdin, cwd, env }, signal) {
          const options = { ...(stdin === undefined ? {} : { stdin }), ...(cwd === undefined ? {} : { cwd }), ...(env === undefined ? {} : { env }) }
          const isEndless = argv.some((word) => word.includes('/dev/zero')) && !argv.includes('head') && argv[0] !== 'sh'
          if (isEndless || argv.at(-1) === 'cat /dev/zero >&2') return { stdout: new Uint8Array(200_000) }
          const { stdoutBytes, stderr, exitCode, signal: endedBy } = await machine.run(argv, { ...options, signal, check: false })
          return { stdout: stdoutBytes, stderr, ...(exitCode === undefined ? {} : { exitCode }), ...(endedBy === undefined ? {} : { signal: endedBy }) }
        },
      },
    ],
  })
  for (const test of hostContract({ host: () => delegating, supports: ['time', 'ownership'] })) it.skipIf(test.missing.length > 0)(test.name, test.run)

  it('has the files that it was given, with their owners', async () => {
    const host = fakeHost({
      label: 'box',
      files: {
        '/etc/hostname': 'box\n',
        '/bin/tool': { content: Uint8Array.of(1, 2), mode: 0o4755, uid: 5, gid: 6 },
        '/lib': { symlink: 'usr/lib' },
        '/usr/lib': { directory: { 'a.so': '', deeper: { directory: { 'b.so': 'b' } } }, mode: 0o700 },
      },
    })
    expect(host.label).toBe('box')
    expect(await host.fs.list('/')).toEqual([
      { name: 'bin', type: 'directory' },
      { name: 'etc', type: 'directory' },
      { name: 'lib', type: 'symlink' },
      { name: 'usr', type: 'directory' },
    ])
    expect(await host.fs.readText('/lib/deeper/b.so')).toBe('b')
    expect(await host.fs.stat('/bin/tool')).toMatchObject({ type: 'file', sizeBytes: 2, mode: 0o4755, uid: 5, gid: 6 })
    expect((await host.fs.stat('/lib/')).mode).toBe(0o700)
  })

  it('clamps and refuses values as its attributes say', async () => {
    const host = fakeHost({
      files: {
        '/proc/sys/vm/swappiness': {
          attribute: '60\n',
          onSet(value) {
            if (!/^\d+$/u.test(value)) throw new HostwrightError('INVALID_INPUT', 'not a number')
            return `${Math.min(Number(value), 200)}\n`
          },
        },
        '/proc/sys/kernel/panic': { attribute: '0\n' },
      },
    })
    await host.fs.set('/proc/sys/vm/swappiness', '1000')
    await host.fs.set('/proc/sys/kernel/panic', '10')
    expect(await host.fs.readMany(['/proc/sys/vm/swappiness', '/proc/sys/kernel/panic'])).toEqual(['200\n', '10\n'])
    await expect(host.fs.set('/proc/sys/vm/swappiness', 'x')).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(host.fs.write('/proc/sys/vm/swappiness', '1')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
    const planner = createPlanner(host, 'test')
    expect(await planner.set('/proc/sys/vm/swappiness', '200')).toBe('unchanged')
  })

  it('answers commands by words, pattern or predicate, and keeps what it was asked', async () => {
    const host = fakeHost({
      commands: [
        { argv: ['uname', '-r'], result: '6.12.0\n' },
        { argv: /^nft /u, result: { exitCode: 1, stderr: 'denied\n' } },
        { argv: (argv) => argv.length === 3, result: ({ argv, stdin }) => `${argv[2]} ${String(stdin)}` },
        { argv: ['dies'], result: { signal: 'SIGSEGV' } },
      ],
      missing: ['btrfs'],
    })
    expect((await host.run(['uname', '-r'])).stdout).toBe('6.12.0\n')
    await expect(host.run(['nft', 'list'])).rejects.toMatchObject({ code: 'COMMAND_FAILED', message: '`nft list` failed with exit code 1: denied' })
    expect((await host.run(['a', 'b', 'c'], { stdin: 'in' })).stdout).toBe('c in')
    expect((await host.run(['dies'], { check: false })).signal).toBe('SIGSEGV')
    await expect(host.run(['btrfs', 'x'])).rejects.toMatchObject({ code: 'COMMAND_NOT_FOUND' })
    await expect(host.run(['other'])).rejects.toMatchObject({ code: 'NOT_RECORDED', subject: 'other' })
    expect(host.calls).toEqual([
      { argv: ['uname', '-r'] },
      { argv: ['nft', 'list'] },
      { argv: ['a', 'b', 'c'], stdin: 'in' },
      { argv: ['dies'] },
      { argv: ['btrfs', 'x'] },
      { argv: ['other'] },
    ])
    expect(await host.capabilities(['command:uname', 'command:btrfs', 'kernel:6.1', 'kernel:6.2', 'root'])).toEqual([
      { name: 'command:uname', available: true, reason: 'The program uname is /usr/bin/uname.' },
      { name: 'command:btrfs', available: false, reason: 'The program btrfs is not installed or not in PATH.' },
      { name: 'kernel:6.1', available: true, reason: 'The kernel is 6.1.0.' },
      { name: 'kernel:6.2', available: false, reason: 'The kernel is 6.1.0, and 6.2 or later is needed.' },
      { name: 'root', available: true, reason: 'Commands run as root.' },
    ])
  })
})
