import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { fakeHost, localHost, recordingHost, replayHost, type HostRecording } from '../src/index.ts'
import { hostContract, type ContractFeature } from '../src/testing.ts'

const features: readonly ContractFeature[] = ['processes', 'shared files', process.geteuid?.() === 0 ? 'ownership' : 'unprivileged']

describe('a recording host', () => {
  it('records questions and answers as plain JSON, without input and the values of variables', async () => {
    const host = recordingHost(fakeHost({ label: 'box', files: { '/a': Uint8Array.of(0xff) }, commands: [{ argv: ['login'], result: 'welcome\n' }] }))
    await host.run(['login'], { stdin: 'secret password', env: { TOKEN: 'secret token' } })
    await host.fs.write('/b', 'secret content')
    await expect(host.fs.read('/none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await host.fs.read('/a')
    expect(JSON.stringify(host.recording)).not.toContain('secret')
    expect(host.recording.entries.map((entry) => entry.question)).toEqual([
      '["run",["login"],{"stdin":"not recorded","env":["TOKEN"]}]',
      '["write","/b",{"content":"not recorded"},{}]',
      '["read","/none",{}]',
      '["read","/a",{}]',
    ])
    expect(host.recording.entries[3]?.answer).toEqual({ value: { $bytes: { base64: '/w==' } } })
    expect(JSON.parse(JSON.stringify(host.recording))).toEqual(host.recording)
  })
})

describe('a recorded and replayed host', () => {
  // The first run shows that the recording host keeps the contract, the second that the replay does.
  const subjects = hostContract({ host: () => localHost(), supports: features })
  for (const [index, { name, missing }] of subjects.entries()) {
    it.skipIf(missing.length > 0)(name, async () => {
      const directoryName = `hostwright-replay-${randomBytes(6).toString('hex')}`
      const recorder = recordingHost(localHost(), { input: true })
      await hostContract({ host: () => recorder, supports: features, directoryName })[index]?.run()
      const recording = JSON.parse(JSON.stringify(recorder.recording)) as HostRecording
      await hostContract({ host: () => replayHost(recording), supports: features, directoryName })[index]?.run()
    })
  }

  it('answers in the order of the recording and then repeats the last answer', async () => {
    const recorder = recordingHost(fakeHost({ files: { '/value': 'one' } }))
    await recorder.fs.readText('/value')
    await recorder.fs.set('/value', 'two')
    await recorder.fs.readText('/value')
    const host = replayHost(recorder.recording)
    expect([await host.fs.readText('/value'), await host.fs.readText('/value'), await host.fs.readText('/value')]).toEqual(['one', 'two', 'two'])
  })

  it('throws NOT_RECORDED for what was never asked', async () => {
    const host = replayHost(recordingHost(fakeHost({ label: 'box' })).recording)
    await expect(host.fs.read('/etc/passwd')).rejects.toMatchObject({ code: 'NOT_RECORDED', subject: 'box' })
    await expect(host.run(['true'])).rejects.toMatchObject({ code: 'NOT_RECORDED' })
    await expect(host.stream(['true']).exit).rejects.toMatchObject({ code: 'NOT_RECORDED' })
    await expect(host.capabilities(['root'])).rejects.toMatchObject({ code: 'NOT_RECORDED' })
  })

  it('tells commands apart by their input only if that was recorded', async () => {
    const fake = fakeHost({ commands: [{ argv: ['cat'], result: ({ stdin }) => String(stdin) }] })
    for (const input of [true, false]) {
      const recorder = recordingHost(fake, { input })
      await recorder.run(['cat'], { stdin: 'a' })
      await recorder.run(['cat'], { stdin: new TextEncoder().encode('b') })
      const host = replayHost(recorder.recording)
      const outputs = [(await host.run(['cat'], { stdin: 'b' })).stdout, (await host.run(['cat'], { stdin: 'a' })).stdout]
      expect(outputs).toEqual(input ? ['98', 'a'] : ['a', '98'])
    }
  })
})
