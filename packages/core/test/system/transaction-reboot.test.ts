import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDisk, runMicroVm, whyNoMicroVm } from '../../../../tools/microvm/microvm.ts'
import type { Plan } from '../../src/index.ts'
import { decodeFileName, encodeFileName } from '../../src/index.ts'
import { bundleScript } from '../../src/transaction/apply-script.ts'
import { createTransactionId } from '../../src/transaction/identifier.ts'

const obstacle = whyNoMicroVm()

const prepare = `set -e
mkdir -p /data/etc
printf 'old\\n' >/data/etc/file; chmod 640 /data/etc/file
printf 'doomed\\n' >/data/etc/doomed; chmod 600 /data/etc/doomed
sync
`
const show = `cd /data; find etc | sort | while read -r name; do if [ -f "$name" ]; then echo "$name $(stat -c %a "$name") $(cat "$name")"; else echo "$name"; fi; done; cat /proc/sys/net/core/somaxconn
`

const plan: Plan = {
  version: 1,
  domain: 'test',
  host: 'microvm',
  notes: [],
  reads: [
    { kind: 'path', path: '/data/etc/file', state: { type: 'file', content: { text: 'old\n' }, mode: 0o640, uid: 0, gid: 0 } },
    { kind: 'path', path: '/data/etc/doomed', state: { type: 'file', content: { text: 'doomed\n' }, mode: 0o600, uid: 0, gid: 0 } },
    { kind: 'path', path: '/data/etc/new/file', state: { type: 'absent' } },
    { kind: 'attribute', path: '/proc/sys/net/core/somaxconn', value: '4096' },
  ],
  steps: [
    { id: '1', summary: 'rewrite', risk: 'safe', action: { kind: 'write', path: '/data/etc/file', content: { text: 'new\n' } }, undo: { kind: 'restore' } },
    { id: '2', summary: 'remove', risk: 'safe', action: { kind: 'remove', path: '/data/etc/doomed' }, undo: { kind: 'restore' } },
    { id: '3', summary: 'create', risk: 'safe', action: { kind: 'write', path: '/data/etc/new/file', content: { text: 'made\n' } }, undo: { kind: 'restore' } },
    { id: '4', summary: 'set', risk: 'safe', action: { kind: 'set', path: '/proc/sys/net/core/somaxconn', value: '1024' }, undo: { kind: 'restore' } },
    {
      id: '5',
      summary: 'wait',
      risk: 'safe',
      action: { kind: 'run', argv: ['sh', '-c', 'echo IN-THE-MIDDLE >/dev/ttyS1; sleep "$(cat /pause)"'] },
      undo: { kind: 'actions', actions: [] },
    },
  ],
}

/** Starts the transaction in a machine as `applyPlan` does on a host. */
function applying(confirmWithinMs: number | undefined): { readonly files: Readonly<Record<string, { content: Uint8Array }>>; readonly script: string } {
  const id = createTransactionId()
  const bundle = bundleScript({
    id,
    plan,
    prefix: [],
    root: '',
    time: '2026-01-01T00:00:00.000Z',
    createdDirectories: new Map([[3, ['/data/etc/new']]]),
    who: 'root',
    confirmWithinMs,
    keep: 50,
  })
  return {
    files: { '/bundle': { content: encodeFileName(bundle) } },
    script: `mkdir -p /data/state/transactions/.${id}.new; cp /bundle /data/state/transactions/.${id}.new/bundle; sh /data/state/transactions/.${id}.new/bundle /data/state ''`,
  }
}

describe.skipIf(obstacle !== undefined)(`a transaction and a host that loses power${obstacle === undefined ? '' : ` (skipped: ${obstacle})`}`, () => {
  let directory: string
  let original: string
  const disk = (): { path: string; mountPoint: string } => ({ path: join(directory, 'disk.img'), mountPoint: '/data' })
  const boot = async (
    script: string,
    options: { files?: Readonly<Record<string, string | { content: Uint8Array }>>; cutPowerAt?: string } = {},
  ): Promise<string> => decodeFileName(Buffer.from((await runMicroVm({ script, disks: [disk()], timeoutMs: 90_000, ...options })).output))

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hostwright-reboot-'))
    await createDisk(disk().path)
    original = await boot(prepare + show)
  }, 120_000)
  afterAll(() => rm(directory, { recursive: true, force: true }))

  it('is undone by recover.sh at the next boot if it waited for its confirmation', async () => {
    const { files, script } = applying(60_000)
    const before = await boot(`${script}; ${show} echo; echo CUT; sleep 60`, { files: { ...files, '/pause': '0' }, cutPowerAt: 'CUT' })
    expect(before).toContain('state awaiting-confirmation')
    expect(before).toContain('etc/file 640 new')
    expect(before).toContain('etc/new/file 644 made')
    expect(await boot(`sh /data/state/recover.sh >/dev/null; ${show}`)).toBe(original)
    expect(await boot(`for t in /data/state/transactions/0*; do sh $t/undo.sh status; done; ${show}`)).toBe(`hw state undone\n${original}`)
  }, 240_000)

  it('is undone at the next boot if the power went in the middle of it', async () => {
    const { files, script } = applying(undefined)
    await boot(script, { files: { ...files, '/pause': '60' }, cutPowerAt: 'IN-THE-MIDDLE' })
    expect(await boot(`sh /data/state/recover.sh >/dev/null; ${show}`)).toBe(original)
  }, 240_000)

  it('stays if it was committed', async () => {
    const { files, script } = applying(undefined)
    const applied = await boot(`${script}; ${show} echo; echo CUT; sleep 60`, { files: { ...files, '/pause': '0' }, cutPowerAt: 'CUT' })
    expect(applied).toContain('state committed')
    const after = await boot(`sh /data/state/recover.sh >/dev/null; ${show}`)
    expect(after).toContain('etc/file 640 new')
    expect(after).not.toContain('doomed')
  }, 240_000)
})
