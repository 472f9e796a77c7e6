import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDisk, runMicroVm, whyNoMicroVm } from '../../microvm/microvm.ts'

const reason = whyNoMicroVm()

describe.skipIf(reason !== undefined)(`test machine${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostwright-disk-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('boots in 20 s with files, programs and modules, and gives output and exit status', async () => {
    const result = await runMicroVm({
      files: { '/etc/greeting': 'hello', '/opt/tool': { content: '#!/bin/sh\necho tool ran\n', mode: 0o755 } },
      programs: ['ip'],
      modules: ['dummy'],
      script:
        '#!/bin/sh\ncat /etc/greeting; echo; /opt/tool\nip -brief link show lo | cut -c1-2\nip link add d0 type dummy && ls /sys/class/net/d0/ifindex\nexit 7\n',
    })
    expect({ exitCode: result.exitCode, output: result.output }).toEqual({ exitCode: 7, output: 'hello\ntool ran\nlo\n/sys/class/net/d0/ifindex\n' })
    expect(result.durationMs).toBeLessThan(20_000)
  })

  it('keeps what was synced to its disk, and only that, when power is cut', async () => {
    const disk = { path: join(folder, 'disk'), mountPoint: '/var/lib/hostwright' }
    await createDisk(disk.path)
    const cut = await runMicroVm({
      disks: [disk],
      script: '#!/bin/sh\ncd /var/lib/hostwright\necho kept >synced; sync\necho gone >unsynced\necho ready\nsleep 60\n',
      cutPowerAt: 'ready',
    })
    expect({ exitCode: cut.exitCode, output: cut.output }).toEqual({ exitCode: undefined, output: 'ready\n' })
    const next = await runMicroVm({ disks: [disk], script: '#!/bin/sh\ncd /var/lib/hostwright\ncat synced\n[ -s unsynced ] && cat unsynced\nexit 0\n' })
    expect({ exitCode: next.exitCode, output: next.output }).toEqual({ exitCode: 0, output: 'kept\n' })
  })

  it('ends without an exit status when the script reboots the machine', async () => {
    const result = await runMicroVm({ script: '#!/bin/sh\necho before\nreboot -f\nsleep 60\n' })
    expect({ exitCode: result.exitCode, output: result.output }).toEqual({ exitCode: undefined, output: 'before\n' })
  })

  it('is ended, and says what it printed, when its time is up', async () => {
    await expect(runMicroVm({ script: '#!/bin/sh\necho still here\nsleep 60\n', timeoutMs: 8000 })).rejects.toThrow(/still running after 8000 ms[^]*still here/)
  })
})
