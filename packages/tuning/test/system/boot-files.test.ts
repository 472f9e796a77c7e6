import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findTunable } from '../../src/index.ts'
import { renderManagedFile } from '../../src/persistence/managed-file.ts'
import { renderModprobeLines } from '../../src/persistence/modprobe-file.ts'
import { renderTmpfilesLines } from '../../src/persistence/tmpfiles-file.ts'
import { renderUdevLines } from '../../src/persistence/udev-rules.ts'
import { can, isRoot, run, temporaryDirectory } from './kernel.ts'

const entry = (path: string, value: string): Parameters<typeof renderTmpfilesLines>[0][number] => ({ path, tunable: undefined, value, why: 'w', source: 's' })

describe('files for the next boot, read by the programs that read them then', () => {
  let directory: ReturnType<typeof temporaryDirectory>
  beforeEach(() => {
    directory = temporaryDirectory()
  })
  afterEach(() => directory.remove())

  it.skipIf(!can(() => run('systemd-tmpfiles', '--version')))(
    'systemd-tmpfiles writes every value as it is, also with awkward paths (needs systemd-tmpfiles)',
    async () => {
      const values: [string, string][] = [
        ['plain', 'always'],
        ['with space', 'two words'],
        ['per%cent', '50% of %h'],
        ['back\\slash', 'a\\tb'],
        ['quote"d', 'say "x"'],
        ['glob[1]*', 'x'],
      ]
      const folder = join(directory.path, 'attributes')
      mkdirSync(folder)
      for (const [name] of values) writeFileSync(join(folder, name), '')
      const file = join(directory.path, 'test.conf')
      writeFileSync(file, await renderManagedFile('a test', 'values', renderTmpfilesLines(values.map(([name, value]) => entry(join(folder, name), value)))))
      run('systemd-tmpfiles', '--create', file)
      expect(values.map(([name]) => [name, readFileSync(join(folder, name), 'utf8')])).toEqual(values)
    },
  )

  it.skipIf(!can(() => run('modprobe', '--version')))('modprobe takes the options of a module (needs modprobe)', async () => {
    const file = join(directory.path, 'test.conf')
    const option = (name: string, value: string): Parameters<typeof renderModprobeLines>[0][number] => ({
      module: 'hw_test',
      option: name,
      value,
      why: 'w',
      source: 's',
    })
    writeFileSync(file, await renderManagedFile('a test', 'values', renderModprobeLines([option('power_save', '1'), option('name', 'two words')])))
    expect(
      run('modprobe', '--showconfig', '-C', directory.path)
        .split('\n')
        .filter((line) => line.includes('hw_test')),
    ).toEqual(['options hw_test power_save=1', 'options hw_test name="two words"'])
  })

  const loops = isRoot && can(() => run('losetup', '--version')) && existsSync('/usr/bin/udevadm')
  it.skipIf(!loops)('udev sets the queue of a device by our rules (needs root, losetup and udevadm)', async () => {
    const image = join(directory.path, 'image')
    writeFileSync(image, new Uint8Array(1024 * 1024))
    const device = run('losetup', '--find', '--show', image).trim().slice('/dev/'.length)
    const queue = `/sys/block/${device}/queue`
    try {
      const rules = join(directory.path, '65-hostwright-tuning.rules')
      const value = (id: string, text: string): Parameters<typeof renderUdevLines>[0][number] => {
        const tunable = findTunable(id)
        return {
          path: tunable?.path.replace('{disk}', device) ?? '',
          instance: device,
          tunable,
          on: { names: ['loop*'], rotational: readFileSync(`${queue}/rotational`, 'utf8').trim() === '1' },
          value: text,
          why: 'w',
          source: 's',
        }
      }
      writeFileSync(rules, await renderManagedFile('a test', 'values', renderUdevLines([value('block.scheduler', 'bfq'), value('block.nr-requests', '64')])))
      // Our rules alone, in a mount namespace of their own.
      run(
        'unshare',
        '--mount',
        '--propagation',
        'private',
        'sh',
        '-ec',
        `mkdir -p "$1/rules.d"; cp "$2" "$1/rules.d/"; mkdir -p /run/udev/rules.d
         mount -t tmpfs none /usr/lib/udev/rules.d; mount -t tmpfs none /run/udev/rules.d; mount --bind "$1/rules.d" /etc/udev/rules.d
         udevadm test --action=add "$3" >"$1/log" 2>&1 || { cat "$1/log" >&2; exit 1; }`,
        'sh',
        directory.path,
        rules,
        `/sys/block/${device}`,
      )
      const log = readFileSync(join(directory.path, 'log'), 'utf8')
      expect(log.split('\n').filter((line) => /65-hostwright.*(?:unknown|invalid|ignoring|failed)/iu.test(line))).toEqual([])
      expect([readFileSync(`${queue}/scheduler`, 'utf8').includes('[bfq]'), readFileSync(`${queue}/nr_requests`, 'utf8').trim()]).toEqual([true, '64'])
    } finally {
      writeFileSync(`${queue}/scheduler`, 'none')
      writeFileSync(`${queue}/nr_requests`, '128')
      run('losetup', '--detach', `/dev/${device}`)
    }
  })
})
