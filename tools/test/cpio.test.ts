import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cpioArchive } from '../microvm/cpio.ts'

const hasCpio = existsSync('/usr/bin/cpio')

it.skipIf(!hasCpio)(`writes archives that cpio unpacks as they were meant${hasCpio ? '' : ' (skipped: cpio is not installed)'}`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hostwright-cpio-'))
  try {
    const archive = cpioArchive(
      new Map([
        ['/deep/down/file', { type: 'file', content: Buffer.from('12345'), mode: 0o640 }],
        ['/empty', { type: 'file', content: new Uint8Array(), mode: 0o755 }],
        ['/link', { type: 'symlink', target: 'deep/down/file' }],
        ['/directory', { type: 'directory' }],
      ]),
    )
    execFileSync('cpio', ['-idm', '--quiet', '--no-preserve-owner'], { cwd: folder, input: archive, stdio: ['pipe', 'ignore', 'ignore'] })
    expect(await readFile(join(folder, 'link'), 'utf8')).toBe('12345')
    expect(await readlink(join(folder, 'link'))).toBe('deep/down/file')
    expect((await stat(join(folder, 'deep/down/file'))).mode & 0o777).toBe(0o640)
    expect((await stat(join(folder, 'empty'))).size).toBe(0)
    expect((await stat(join(folder, 'directory'))).isDirectory()).toBe(true)
  } finally {
    await rm(folder, { recursive: true })
  }
})
