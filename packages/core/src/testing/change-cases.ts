import assert from 'node:assert/strict'
import { setImmediate as immediate } from 'node:timers/promises'
import type { ContractCase } from './contract-case.ts'
import { expectCode } from './expectations.ts'

/** Changing files: write, set, mkdir, remove, symlink, rename, chmod, chown. */
export const changeCases: readonly ContractCase[] = [
  {
    name: 'creates a file with mode 0644 by default, and with the given mode whatever the umask',
    needs: [],
    async run({ host, directory }) {
      await host.fs.write(`${directory}/default`, '')
      await host.fs.write(`${directory}/open`, '', { mode: 0o666 })
      await host.fs.write(`${directory}/closed`, '', { mode: 0o600 })
      const modes = await Promise.all(['default', 'open', 'closed'].map(async (name) => (await host.fs.stat(`${directory}/${name}`)).mode))
      assert.deepEqual(modes, [0o644, 0o666, 0o600])
    },
  },
  {
    name: 'keeps the mode of a file that it replaces',
    needs: [],
    async run({ host, directory }) {
      await host.fs.write(`${directory}/file`, 'old', { mode: 0o2750 })
      await host.fs.write(`${directory}/file`, 'new')
      assert.deepEqual([await host.fs.readText(`${directory}/file`), (await host.fs.stat(`${directory}/file`)).mode], ['new', 0o2750])
      await host.fs.write(`${directory}/file`, 'newer', { mode: 0o640 })
      assert.equal((await host.fs.stat(`${directory}/file`)).mode, 0o640)
    },
  },
  {
    name: 'keeps the owner of a file that it replaces, and gives a new one to whom it is told',
    needs: ['ownership'],
    async run({ host, directory }) {
      await host.fs.write(`${directory}/file`, 'old', { uid: 12, gid: 34, mode: 0o4755 })
      await host.fs.write(`${directory}/file`, 'new')
      const kept = await host.fs.stat(`${directory}/file`)
      assert.deepEqual([kept.uid, kept.gid, kept.mode], [12, 34, 0o4755])
      await host.fs.chown(`${directory}/file`, 56, 78)
      const changed = await host.fs.stat(`${directory}/file`)
      assert.deepEqual([changed.uid, changed.gid], [56, 78])
    },
  },
  {
    name: 'never shows a reader half a file, and leaves nothing beside it',
    needs: [],
    async run({ host, directory }) {
      const contents = ['a'.repeat(300_000), 'b'.repeat(200_000)]
      await host.fs.write(`${directory}/file`, contents[0] ?? '')
      let writing = true
      let reads = 0
      const write = async (): Promise<void> => {
        try {
          for (let round = 0; round < 12; round += 1) await host.fs.write(`${directory}/file`, contents[round % 2] ?? '')
        } finally {
          writing = false
        }
      }
      const read = async (): Promise<void> => {
        while (writing) {
          assert.ok(contents.includes(await host.fs.readText(`${directory}/file`)), 'a reader saw a file that was never written as a whole')
          reads += 1
          // A backend may answer without waiting for anything; the writer needs its turn.
          await immediate()
        }
      }
      await Promise.all([write(), read(), read()])
      assert.ok(reads > 0)
      assert.deepEqual(await host.fs.list(directory), [{ name: 'file', type: 'file' }])
    },
  },
  {
    name: 'replaces the file that a link leads to, and keeps the link',
    needs: [],
    async run({ host, directory }) {
      await host.fs.mkdir(`${directory}/below`)
      await host.fs.write(`${directory}/below/real`, 'old', { mode: 0o600 })
      await host.fs.symlink('below/real', `${directory}/link`)
      await host.fs.symlink('link', `${directory}/chain`)
      await host.fs.write(`${directory}/chain`, 'new')
      assert.equal(await host.fs.readlink(`${directory}/chain`), 'link')
      assert.equal(await host.fs.readText(`${directory}/below/real`), 'new')
      assert.equal((await host.fs.stat(`${directory}/below/real`)).mode, 0o600)
      await host.fs.symlink('below/created', `${directory}/dangling`)
      await host.fs.write(`${directory}/dangling`, 'born')
      assert.equal(await host.fs.readText(`${directory}/below/created`), 'born')
      assert.equal((await host.fs.lstat(`${directory}/dangling`)).type, 'symlink')
    },
  },
  {
    name: 'refuses to write over a directory or into a missing one, and leaves nothing behind',
    needs: [],
    async run({ host, directory }) {
      await host.fs.mkdir(`${directory}/sub`)
      await expectCode(host.fs.write(`${directory}/sub`, 'x'), 'INVALID_INPUT')
      await expectCode(host.fs.write(`${directory}/none/file`, 'x'), 'NOT_FOUND')
      await expectCode(host.fs.write(`${directory}/${'x'.repeat(256)}`, 'x'), 'INVALID_INPUT')
      assert.deepEqual(await host.fs.list(directory), [{ name: 'sub', type: 'directory' }])
      assert.deepEqual(await host.fs.list(`${directory}/sub`), [])
    },
  },
  {
    name: 'sets an existing file in place and never creates one',
    needs: [],
    async run({ host, directory }) {
      await host.fs.write(`${directory}/attribute`, 'a long value\n')
      const { inode } = await host.fs.stat(`${directory}/attribute`)
      await host.fs.set(`${directory}/attribute`, "7 $x '\\n'")
      assert.equal(await host.fs.readText(`${directory}/attribute`), "7 $x '\\n'")
      assert.equal((await host.fs.stat(`${directory}/attribute`)).inode, inode)
      await host.fs.set(`${directory}/attribute`, '-n')
      assert.equal(await host.fs.readText(`${directory}/attribute`), '-n')
      await expectCode(host.fs.set(`${directory}/none`, '1'), 'NOT_FOUND')
      await expectCode(host.fs.set(directory, '1'), 'INVALID_INPUT')
      assert.equal(await host.fs.exists(`${directory}/none`), false)
    },
  },
  {
    name: 'creates a directory with its parents, and is content with one that exists',
    needs: [],
    async run({ host, directory }) {
      await host.fs.mkdir(`${directory}/a/b/c`, { mode: 0o1777 })
      await host.fs.mkdir(`${directory}/a/b/c`, { mode: 0o700 })
      await host.fs.mkdir(`${directory}/a`)
      assert.deepEqual([(await host.fs.stat(`${directory}/a/b/c`)).type, (await host.fs.stat(`${directory}/a/b/c`)).mode], ['directory', 0o1777])
      await host.fs.write(`${directory}/file`, '')
      await expectCode(host.fs.mkdir(`${directory}/file`), 'ALREADY_EXISTS')
      await expectCode(host.fs.mkdir(`${directory}/file/below`), 'NOT_FOUND')
    },
  },
  {
    name: 'removes files, links and empty directories, but no others',
    needs: [],
    async run({ host, directory }) {
      await host.fs.mkdir(`${directory}/full`)
      await host.fs.write(`${directory}/full/file`, '')
      await host.fs.symlink('full', `${directory}/link`)
      await expectCode(host.fs.remove(`${directory}/full`), 'INVALID_INPUT')
      await host.fs.remove(`${directory}/link`)
      assert.equal(await host.fs.exists(`${directory}/full/file`), true)
      await host.fs.remove(`${directory}/full/file`)
      await host.fs.remove(`${directory}/full`)
      assert.deepEqual(await host.fs.list(directory), [])
      await expectCode(host.fs.remove(`${directory}/full`), 'NOT_FOUND')
    },
  },
  {
    name: 'does not put a link over what is there',
    needs: [],
    async run({ host, directory }) {
      await host.fs.write(`${directory}/taken`, 'x')
      await host.fs.mkdir(`${directory}/sub`)
      await host.fs.symlink('nowhere', `${directory}/dangling`)
      await expectCode(host.fs.symlink('target', `${directory}/taken`), 'ALREADY_EXISTS')
      await expectCode(host.fs.symlink('target', `${directory}/sub`), 'ALREADY_EXISTS')
      await expectCode(host.fs.symlink('target', `${directory}/dangling`), 'ALREADY_EXISTS')
      await expectCode(host.fs.symlink('target', `${directory}/none/link`), 'NOT_FOUND')
      assert.deepEqual(await host.fs.list(`${directory}/sub`), [])
    },
  },
  {
    name: 'renames over a file, and not into a directory',
    needs: [],
    async run({ host, directory }) {
      await host.fs.write(`${directory}/from`, 'from')
      await host.fs.write(`${directory}/to`, 'to')
      await host.fs.mkdir(`${directory}/sub`)
      await host.fs.rename(`${directory}/from`, `${directory}/to`)
      assert.equal(await host.fs.readText(`${directory}/to`), 'from')
      assert.equal(await host.fs.exists(`${directory}/from`), false)
      await expectCode(host.fs.rename(`${directory}/from`, `${directory}/other`), 'NOT_FOUND')
      await expectCode(host.fs.rename(`${directory}/to`, `${directory}/sub`), 'INVALID_INPUT')
      await expectCode(host.fs.rename(`${directory}/to`, `${directory}/none/to`), 'NOT_FOUND')
      assert.deepEqual(await host.fs.list(`${directory}/sub`), [])
      await host.fs.rename(`${directory}/sub`, `${directory}/moved`)
      assert.deepEqual(await host.fs.list(directory), [
        { name: 'moved', type: 'directory' },
        { name: 'to', type: 'file' },
      ])
    },
  },
  {
    name: 'renames a link itself, and replaces a link itself',
    needs: [],
    async run({ host, directory }) {
      await host.fs.mkdir(`${directory}/sub`)
      await host.fs.symlink('sub', `${directory}/link`)
      await host.fs.write(`${directory}/file`, 'x')
      await host.fs.rename(`${directory}/file`, `${directory}/link`)
      assert.equal((await host.fs.lstat(`${directory}/link`)).type, 'file')
      await host.fs.symlink('sub', `${directory}/again`)
      await host.fs.rename(`${directory}/again`, `${directory}/moved`)
      assert.equal(await host.fs.readlink(`${directory}/moved`), 'sub')
    },
  },
  {
    name: 'changes the mode of files and directories, special bits included',
    needs: [],
    async run({ host, directory }) {
      await host.fs.write(`${directory}/file`, '')
      await host.fs.mkdir(`${directory}/sub`)
      for (const mode of [0o4755, 0o600, 0o644]) {
        await host.fs.chmod(`${directory}/file`, mode)
        assert.equal((await host.fs.stat(`${directory}/file`)).mode, mode)
      }
      for (const mode of [0o1777, 0o2755, 0o700]) {
        await host.fs.chmod(`${directory}/sub`, mode)
        assert.equal((await host.fs.stat(`${directory}/sub`)).mode, mode)
      }
      await expectCode(host.fs.chmod(`${directory}/none`, 0o644), 'NOT_FOUND')
      await expectCode(host.fs.chown(`${directory}/none`, 0, 0), 'NOT_FOUND')
    },
  },
  {
    name: 'throws PERMISSION_DENIED where the user may not change anything',
    needs: ['unprivileged'],
    async run({ host, directory }) {
      await host.fs.mkdir(`${directory}/locked`)
      await host.fs.write(`${directory}/locked/file`, 'x', { mode: 0o444 })
      await host.fs.chmod(`${directory}/locked`, 0o555)
      try {
        await expectCode(host.fs.write(`${directory}/locked/file`, 'y'), 'PERMISSION_DENIED')
        await expectCode(host.fs.set(`${directory}/locked/file`, 'y'), 'PERMISSION_DENIED')
        await expectCode(host.fs.remove(`${directory}/locked/file`), 'PERMISSION_DENIED')
        await expectCode(host.fs.mkdir(`${directory}/locked/sub`), 'PERMISSION_DENIED')
        await expectCode(host.fs.symlink('x', `${directory}/locked/link`), 'PERMISSION_DENIED')
        await expectCode(host.fs.rename(`${directory}/locked/file`, `${directory}/file`), 'PERMISSION_DENIED')
        await expectCode(host.fs.chown(`${directory}/locked/file`, 0, 0), 'PERMISSION_DENIED')
        assert.equal(await host.fs.readText(`${directory}/locked/file`), 'x')
      } finally {
        await host.fs.chmod(`${directory}/locked`, 0o755)
      }
    },
  },
]
