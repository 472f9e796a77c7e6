import { existsSync } from 'node:fs'
import { localHost, type FileTree, type Host } from '@hostwright/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readNetwork } from '@hostwright/facts'

const canUnshare = process.getuid?.() === 0 && existsSync('/usr/bin/unshare') && (existsSync('/usr/sbin/ip') || existsSync('/sbin/ip'))

/** Each line makes one interface in a network namespace of its own; where the kernel cannot, the line says so and is left out. */
const script = `
mount -t sysfs sysfs /sys || exit 1
make() { kind=$1; shift; "$@" 2>/dev/null && echo "made $kind" >&2; }
make dummy ip link add dummy0 type dummy
make bridge ip link add br0 type bridge
make bond ip link add bond9 type bond
make vlan ip link add link dummy0 name dummy0.7 type vlan id 7
make vxlan ip link add vx1 type vxlan id 1 dstport 4789 local 127.0.0.1
make veth ip link add ve0 type veth peer name ve1
make macvlan ip link add link dummy0 name mv0 type macvlan
make tap ip tuntap add tap0 mode tap
make tun ip tuntap add tun0 mode tun
make ifb ip link add ifb0 type ifb
make wireguard ip link add wg0 type wireguard
ip link set ve1 master br0 2>/dev/null
echo "pid $$"
read -r wait
`

const expectedNames: Readonly<Record<string, string>> = {
  dummy: 'dummy0',
  bridge: 'br0',
  bond: 'bond9',
  vlan: 'dummy0.7',
  vxlan: 'vx1',
  veth: 've0',
  macvlan: 'mv0',
  tap: 'tap0',
  tun: 'tun0',
  ifb: 'ifb0',
  wireguard: 'wg0',
}

describe.skipIf(!canUnshare)(`interfaces in a namespace${canUnshare ? '' : ' (skipped: needs root, unshare and ip)'}`, () => {
  let host: Host
  let namespace: ReturnType<Host['stream']>
  let tree: FileTree
  const made: string[] = []

  beforeAll(async () => {
    host = localHost()
    namespace = host.stream(['unshare', '-n', '-m', '--propagation', 'private', 'sh', '-c', script])
    let printed = ''
    for await (const chunk of takeUntil(namespace, () => printed.includes('pid '))) printed += Buffer.from(chunk.bytes).toString()
    made.push(...[...printed.matchAll(/^made (\w+)$/gm)].map((match) => match[1] ?? ''))
    const root = `/proc/${/^pid (\d+)$/m.exec(printed)?.[1] ?? ''}/root`
    const { fs } = host
    tree = {
      ...fs,
      list: (path) => fs.list(`${root}${path}`),
      readlink: (path) => fs.readlink(`${root}${path}`),
      readMany: (paths) => fs.readMany(paths.map((path) => `${root}${path}`)),
    }
  })

  afterAll(async () => {
    namespace.end()
    await namespace.exit
    await host[Symbol.asyncDispose]()
  })

  it('are told apart as the kernel made them', async () => {
    const found = await readNetwork(tree)
    expect(made.length).toBeGreaterThan(3)
    expect(made.map((kind) => [kind, found.find((own) => own.name === expectedNames[kind])?.type])).toEqual(made.map((kind) => [kind, kind]))
  })

  it('know their master and what they stand on', async () => {
    const found = await readNetwork(tree)
    if (made.includes('veth') && made.includes('bridge')) expect(found.find((own) => own.name === 've1')?.master).toBe('br0')
    if (made.includes('vlan')) expect(found.find((own) => own.name === 'dummy0.7')?.lower).toEqual(['dummy0'])
    expect(found.every((own) => !own.physical)).toBe(true)
  })
})

/** Iterates without ending the command when it stops. */
async function* takeUntil<T>(source: AsyncIterable<T>, done: () => boolean): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  while (!done()) {
    const next = await iterator.next()
    if (next.done === true) return
    yield next.value
  }
}
