import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { decodeFileName } from '../file-name.ts'
import type { ContractCase } from './contract-case.ts'
import { expectCode } from './expectations.ts'

/** Names that a careless backend gets wrong. */
export const hardNames: readonly string[] = [
  '-n',
  '--',
  ' leading and trailing ',
  'new\nline\n',
  'tab\there',
  `quotes'"\``,
  '$HOME $(id) `id`',
  'back\\slash\\n\\0101',
  '*?[a-z]',
  'ünïcode→😀',
  '~',
  '#comment',
  'a;b|c&d<e>f',
  '\u0001control',
  decodeFileName(Uint8Array.of(0xff, 0xfe)),
  decodeFileName(Uint8Array.of(0x61, 0xc3, 0x28, 0x0a)),
  'x'.repeat(255),
]

/** Reading: list, stat, read, links. */
export const fileCases: readonly ContractCase[] = [
  {
    name: 'writes, lists, reads and removes files under any name that a file can have',
    needs: [],
    async run({ host, directory }) {
      for (const name of hardNames) await host.fs.write(`${directory}/${name}`, `content of ${name}`)
      const listed = await host.fs.list(directory)
      assert.deepEqual(new Set(listed.map((entry) => entry.name)), new Set(hardNames))
      assert.ok(listed.every((entry) => entry.type === 'file'))
      for (const name of hardNames) assert.equal(await host.fs.readText(`${directory}/${name}`), `content of ${name}`)
      assert.deepEqual(
        await host.fs.readMany(hardNames.map((name) => `${directory}/${name}`)),
        hardNames.map((name) => `content of ${name}`),
      )
      for (const name of hardNames) await host.fs.remove(`${directory}/${name}`)
      assert.deepEqual(await host.fs.list(directory), [])
    },
  },
  {
    name: 'sorts the entries of a directory by their bytes and tells their types',
    needs: [],
    async run({ host, directory }) {
      await host.fs.write(`${directory}/b`, '')
      await host.fs.mkdir(`${directory}/a`)
      await host.fs.symlink('nowhere', `${directory}/B`)
      await host.fs.write(`${directory}/\uffff`, '')
      await host.fs.write(`${directory}/😀`, '')
      await host.fs.write(`${directory}/.hidden`, '')
      assert.deepEqual(await host.fs.list(directory), [
        { name: '.hidden', type: 'file' },
        { name: 'B', type: 'symlink' },
        { name: 'a', type: 'directory' },
        { name: 'b', type: 'file' },
        { name: '\uffff', type: 'file' },
        { name: '😀', type: 'file' },
      ])
    },
  },
  {
    name: 'lists an empty directory as empty, and refuses to list what is missing',
    needs: [],
    async run({ host, directory }) {
      assert.deepEqual(await host.fs.list(directory), [])
      const error = await expectCode(host.fs.list(`${directory}/none`), 'NOT_FOUND')
      assert.match(error.message, /none/u)
      assert.ok(error.subject !== undefined && error.hint !== undefined)
    },
  },
  {
    name: 'tells type, size, mode, owner, time and links of a file',
    needs: [],
    async run({ host, directory }) {
      const before = Date.now()
      await host.fs.write(`${directory}/file`, 'twelve bytes', { mode: 0o4751 })
      const stat = await host.fs.stat(`${directory}/file`)
      assert.deepEqual([stat.type, stat.sizeBytes, stat.mode, stat.linkCount], ['file', 12, 0o4751, 1])
      assert.ok(Math.abs(stat.mtimeMs - before) < 120_000, `mtime ${stat.mtimeMs}`)
      assert.ok(stat.uid >= 0 && stat.gid >= 0)
      const parent = await host.fs.stat(directory)
      assert.deepEqual([parent.type, parent.uid, parent.gid], ['directory', stat.uid, stat.gid])
      assert.deepEqual(await host.fs.lstat(`${directory}/file`), stat)
    },
  },
  {
    name: 'follows links in stat and read, but not in lstat and readlink',
    needs: [],
    async run({ host, directory }) {
      await host.fs.mkdir(`${directory}/real`)
      await host.fs.write(`${directory}/real/file`, 'content')
      await host.fs.symlink('real', `${directory}/relative`)
      await host.fs.symlink(`${directory}/real/file`, `${directory}/absolute`)
      await host.fs.symlink('../real/file', `${directory}/real/up`)
      assert.equal(await host.fs.readText(`${directory}/relative/file`), 'content')
      assert.equal(await host.fs.readText(`${directory}/absolute`), 'content')
      assert.equal(await host.fs.readText(`${directory}/relative/up`), 'content')
      assert.equal((await host.fs.stat(`${directory}/absolute`)).type, 'file')
      assert.equal((await host.fs.lstat(`${directory}/absolute`)).type, 'symlink')
      assert.equal(await host.fs.readlink(`${directory}/absolute`), `${directory}/real/file`)
      assert.equal(await host.fs.readlink(`${directory}/real/up`), '../real/file')
      const real = await host.fs.realpath(directory)
      assert.equal(await host.fs.realpath(`${directory}/relative/up`), `${real}/real/file`)
    },
  },
  {
    name: 'keeps the target of a link byte by byte',
    needs: [],
    async run({ host, directory }) {
      for (const [index, target] of [...hardNames, 'trailing\n\n', '/absolute/$x'].entries()) {
        await host.fs.symlink(target, `${directory}/${index}`)
        assert.equal(await host.fs.readlink(`${directory}/${index}`), target)
      }
    },
  },
  {
    name: 'refuses to read what is no link as a link',
    needs: [],
    async run({ host, directory }) {
      await expectCode(host.fs.readlink(directory), 'INVALID_INPUT')
      await expectCode(host.fs.readlink(`${directory}/none`), 'NOT_FOUND')
    },
  },
  {
    name: 'knows a dangling link exists, and that what it leads to does not',
    needs: [],
    async run({ host, directory }) {
      await host.fs.symlink('nowhere', `${directory}/dangling`)
      assert.equal(await host.fs.exists(`${directory}/dangling`), true)
      assert.equal(await host.fs.exists(`${directory}/nowhere`), false)
      assert.equal(await host.fs.exists(`${directory}/nowhere/deeper`), false)
      await expectCode(host.fs.stat(`${directory}/dangling`), 'NOT_FOUND')
      await expectCode(host.fs.read(`${directory}/dangling`), 'NOT_FOUND')
      await expectCode(host.fs.realpath(`${directory}/dangling`), 'NOT_FOUND')
      assert.equal((await host.fs.lstat(`${directory}/dangling`)).type, 'symlink')
    },
  },
  {
    name: 'does not follow links in a circle for ever',
    needs: [],
    async run({ host, directory }) {
      await host.fs.symlink('two', `${directory}/one`)
      await host.fs.symlink('one', `${directory}/two`)
      await expectCode(host.fs.read(`${directory}/one`), 'IO_ERROR')
      await expectCode(host.fs.write(`${directory}/one`, ''), 'IO_ERROR')
      assert.equal(await host.fs.exists(`${directory}/one`), true)
    },
  },
  {
    name: 'treats a path through a file as not found',
    needs: [],
    async run({ host, directory }) {
      await host.fs.write(`${directory}/file`, '')
      await expectCode(host.fs.read(`${directory}/file/below`), 'NOT_FOUND')
      await expectCode(host.fs.stat(`${directory}/file/below`), 'NOT_FOUND')
      await expectCode(host.fs.list(`${directory}/file/below`), 'NOT_FOUND')
      await expectCode(host.fs.list(`${directory}/file`), 'NOT_FOUND')
      assert.equal(await host.fs.exists(`${directory}/file/below`), false)
    },
  },
  {
    name: 'reads bytes as they are, all 256 of them, and an empty file',
    needs: [],
    async run({ host, directory }) {
      const bytes = Uint8Array.from({ length: 1024 }, (_, index) => index % 256)
      await host.fs.write(`${directory}/bytes`, bytes)
      assert.deepEqual(await host.fs.read(`${directory}/bytes`), bytes)
      assert.equal(await host.fs.readText(`${directory}/bytes`), decodeFileName(bytes))
      await host.fs.write(`${directory}/empty`, '')
      assert.deepEqual(await host.fs.read(`${directory}/empty`), new Uint8Array(0))
    },
  },
  {
    name: 'reads a part of a file',
    needs: [],
    async run({ host, directory }) {
      await host.fs.write(`${directory}/digits`, '0123456789')
      const part = (offset: number | undefined, length: number | undefined): Promise<string> =>
        host.fs.readText(`${directory}/digits`, { ...(offset === undefined ? {} : { offset }), ...(length === undefined ? {} : { length }) })
      assert.deepEqual(
        [await part(3, 4), await part(0, 3), await part(8, 10), await part(20, 5), await part(7, undefined), await part(2, 0)],
        ['3456', '012', '89', '', '789', ''],
      )
    },
  },
  {
    name: 'reads and writes a file of some megabytes',
    needs: [],
    async run({ host, directory }) {
      const bytes = Uint8Array.from({ length: 3_000_001 }, (_, index) => (index * 7 + (index >> 9)) % 256)
      await host.fs.write(`${directory}/large`, bytes)
      assert.ok(Buffer.compare(await host.fs.read(`${directory}/large`), bytes) === 0)
      assert.equal((await host.fs.stat(`${directory}/large`)).sizeBytes, bytes.length)
    },
  },
  {
    name: 'refuses with OUTPUT_LIMIT to read more than allowed, but reads exactly as much',
    needs: [],
    async run({ host, directory }) {
      await host.fs.write(`${directory}/file`, 'x'.repeat(1000))
      await expectCode(host.fs.read(`${directory}/file`, { maxBytes: 999 }), 'OUTPUT_LIMIT')
      assert.equal((await host.fs.read(`${directory}/file`, { maxBytes: 1000 })).length, 1000)
      assert.equal((await host.fs.read(`${directory}/file`, { maxBytes: 999, length: 999 })).length, 999)
    },
  },
  {
    name: 'reads many files in their order, with undefined for what cannot be read',
    needs: [],
    async run({ host, directory }) {
      await host.fs.write(`${directory}/a`, 'A\n')
      await host.fs.write(`${directory}/b`, '')
      await host.fs.write(`${directory}/c`, Uint8Array.of(0xff, 0, 0x0a, 0x0a))
      const paths = ['c', 'none', 'a', '.', 'b', 'a/below', 'a'].map((name) => `${directory}/${name}`)
      assert.deepEqual(await host.fs.readMany(paths), ['\udcff\0\n\n', undefined, 'A\n', undefined, '', undefined, 'A\n'])
      assert.deepEqual(await host.fs.readMany([]), [])
    },
  },
  {
    name: 'refuses to read a directory, and a path that is relative or holds a NUL byte',
    needs: [],
    async run({ host, directory }) {
      await expectCode(host.fs.read(directory), 'INVALID_INPUT')
      await expectCode(host.fs.read('relative'), 'INVALID_INPUT')
      await expectCode(host.fs.read(''), 'INVALID_INPUT')
      await expectCode(host.fs.read(`${directory}/a\0b`), 'INVALID_INPUT')
      await expectCode(host.fs.write('relative', ''), 'INVALID_INPUT')
    },
  },
  {
    name: 'throws PERMISSION_DENIED for a file that may not be read',
    needs: ['unprivileged'],
    async run({ host, directory }) {
      await host.fs.write(`${directory}/secret`, '', { mode: 0o200 })
      const error = await expectCode(host.fs.read(`${directory}/secret`), 'PERMISSION_DENIED')
      assert.match(error.subject ?? '', /secret$/u)
      assert.deepEqual(await host.fs.readMany([`${directory}/secret`]), [undefined])
    },
  },
]
