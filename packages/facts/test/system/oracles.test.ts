import { existsSync } from 'node:fs'
import { localHost, type Host } from '@hostwright/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  readAddresses,
  readBlock,
  readCpu,
  readKernel,
  readMemory,
  readMounts,
  readNetwork,
  readNuma,
  readOs,
  readPci,
  readUsers,
  type BlockDevice,
} from '@hostwright/facts'

let host: Host
beforeAll(async () => {
  host = localHost()
})
afterAll(() => host[Symbol.asyncDispose]())

const has = (tool: string): boolean => ['/usr/bin', '/bin', '/usr/sbin', '/sbin'].some((folder) => existsSync(`${folder}/${tool}`))

/** The name of a test that needs a tool; it says so where the tool is not installed. */
function against(tool: string, what: string): string {
  return `agrees with ${tool} on ${what}${has(tool) ? '' : ` (skipped: ${tool} is not installed)`}`
}

async function json<T>(argv: readonly string[]): Promise<T> {
  return JSON.parse((await host.run(argv)).stdout) as T
}

describe('readCpu and readNuma', () => {
  interface Field {
    readonly field: string
    readonly data: string
    readonly children?: readonly Field[]
  }
  const flatten = (fields: readonly Field[]): readonly (readonly [string, string])[] =>
    fields.flatMap((own) => [[own.field.replace(/:$/, ''), own.data] as const, ...flatten(own.children ?? [])])

  it.skipIf(!has('lscpu'))(against('lscpu', 'model, topology, caches, flags and vulnerabilities'), async () => {
    const oracle = new Map(flatten((await json<{ lscpu: readonly Field[] }>(['lscpu', '-J', '--bytes'])).lscpu))
    const cpu = await readCpu(host.fs)
    const wanted = (name: string): string | undefined => oracle.get(name)
    expect({
      architecture: cpu.architecture,
      vendor: cpu.vendor,
      model: cpu.modelName,
      sockets: `${cpu.topology.socketCount}`,
      cores: `${cpu.topology.coreCount / cpu.topology.socketCount}`,
      threads: `${cpu.topology.threadsPerCore}`,
      flags: cpu.flags.join(' '),
      caches: cpu.caches.map((cache) => `${cache.totalBytes} (${cache.instanceCount} instance${cache.instanceCount === 1 ? '' : 's'})`),
    }).toEqual({
      architecture: wanted('Architecture'),
      vendor: wanted('Vendor ID'),
      model: wanted('Model name'),
      sockets: wanted('Socket(s)'),
      cores: wanted('Core(s) per socket'),
      threads: wanted('Thread(s) per core'),
      flags: wanted('Flags'),
      caches: ['L1d', 'L1i', 'L2', 'L3'].flatMap((name) => wanted(`${name} cache`) ?? []),
    })
    const weaknesses = [...oracle].filter(([name]) => name.startsWith('Vulnerability ')).map(([name, text]) => [name.slice(14).toLowerCase(), text])
    // lscpu changes the punctuation.
    expect(cpu.vulnerabilities.map(({ name, text }) => [name.replaceAll('_', ' '), text.replaceAll(/[:;]/g, '')])).toEqual(
      weaknesses.map(([name, text]) => [name, text?.replaceAll(/[:;]/g, '')]),
    )
  })

  it.skipIf(!has('lscpu'))(against('lscpu', 'which CPU lies where'), async () => {
    const rows = (await json<{ cpus: readonly Record<string, number | string | boolean>[] }>(['lscpu', '-J', '-a', '-e=CPU,SOCKET,NODE,ONLINE'])).cpus
    const { topology } = await readCpu(host.fs)
    expect(topology.cpus.map((cpu) => [cpu.id, cpu.socket ?? 0, cpu.node ?? 0, cpu.online])).toEqual(
      rows.map((row) => [Number(row['cpu']), Number(row['socket']), Number(row['node']), row['online'] === true || row['online'] === 'yes']),
    )
  })

  it.skipIf(!has('lscpu'))(against('lscpu', 'the CPUs of each NUMA node'), async () => {
    const rows = (await json<{ cpus: readonly Record<string, number>[] }>(['lscpu', '-J', '-e=CPU,NODE'])).cpus
    const nodes = await readNuma(host.fs)
    expect(nodes.map((node) => node.cpus)).toEqual(nodes.map(({ id }) => rows.filter((row) => Number(row['node']) === id).map((row) => Number(row['cpu']))))
  })
})

describe('readBlock', () => {
  interface Row {
    readonly name: string
    readonly children?: readonly Row[]
    readonly [column: string]: unknown
  }
  const columns = 'NAME,MAJ:MIN,SIZE,RO,RM,ROTA,LOG-SEC,PHY-SEC,SCHED,RA,DISC-GRAN,DISC-MAX,ZONED,MIN-IO,OPT-IO,MOUNTPOINTS'

  const ours = (device: BlockDevice): unknown => ({
    name: device.mapper?.name ?? device.name,
    numbers: `${device.major ?? ''}:${device.minor ?? ''}`,
    size: device.sizeBytes,
    readOnly: device.readOnly,
    queue:
      device.queue === undefined
        ? undefined
        : [device.queue.logicalSectorBytes, device.queue.physicalSectorBytes, device.queue.minimumIoBytes, device.queue.optimalIoBytes],
    scheduler: device.queue?.scheduler === 'none' ? undefined : device.queue?.scheduler,
    readAhead: device.queue?.readAheadBytes,
    discard: device.queue === undefined ? undefined : [device.queue.discardGranularityBytes, device.queue.discardMaxBytes],
    zoned: device.queue?.zoned,
    mounted: [...device.mountPoints].sort(),
    children: device.children.map(ours),
  })
  const theirs = (row: Row): unknown => {
    const isPart = row['sched'] === undefined
    return {
      name: row.name,
      numbers: row['maj:min'],
      size: row['size'],
      readOnly: row['ro'],
      queue: isPart ? undefined : [row['log-sec'], row['phy-sec'], row['min-io'], row['opt-io']],
      scheduler: row['sched'] === 'none' || row['sched'] === null ? undefined : row['sched'],
      readAhead: typeof row['ra'] === 'number' ? row['ra'] * 1024 : undefined,
      discard: [row['disc-gran'], row['disc-max']],
      zoned: row['zoned'],
      mounted: (row['mountpoints'] as readonly (string | null)[]).filter((point) => point !== null).sort(),
      children: (row.children ?? []).map(theirs),
    }
  }

  it.skipIf(!has('lsblk'))(against('lsblk', 'whole disks and what is on them'), async () => {
    const rows = (await json<{ blockdevices: readonly Row[] }>(['lsblk', '-J', '-b', '-o', columns])).blockdevices
    const devices = await readBlock(host.fs)
    const disks = (entry: { readonly name?: unknown; readonly size?: unknown }): boolean =>
      entry.size !== 0 && /^(?:[svh]d|nvme|xvd|mmcblk)/.test(String(entry.name))
    const expected = rows.map((row) => theirs(row) as { name: string; size: number }).filter(disks)
    const found = devices.map((device) => ours(device) as { name: string; size: number }).filter(disks)
    // A partition has no queue of its own, and lsblk repeats its disk's.
    const withoutParts = (value: unknown): unknown =>
      JSON.parse(
        JSON.stringify(value, (key, own: unknown) =>
          key === 'children' ? (own as { name: string; size: number; mounted: unknown }[]).map(({ name, size, mounted }) => ({ name, size, mounted })) : own,
        ),
      )
    expect(withoutParts(found)).toEqual(withoutParts(expected))
  })
})

describe('readPci', () => {
  it.skipIf(!has('lspci'))(against('lspci', 'addresses, numbers, revisions and names'), async () => {
    const rows = (await host.run(['lspci', '-vmm', '-nn', '-D'])).stdout
      .trim()
      .split('\n\n')
      .filter((row) => row !== '')
    const number = (text: string | undefined): string | undefined => /\[([0-9a-f]{4})\]$/.exec(text ?? '')?.[1]
    const nameOf = (text: string | undefined): string | undefined =>
      text?.replace(/ \[[0-9a-f]{4}\]$/, '').replace(/^(?:Device|Vendor|Unknown.*)$/, '') || undefined
    const expected = rows.map((row) => {
      const field = (name: string): string | undefined => new RegExp(`^${name}:\\t(.+)$`, 'm').exec(row)?.[1]
      return {
        address: field('Slot'),
        classId: number(field('Class')),
        className: nameOf(field('Class')),
        vendorId: number(field('Vendor')),
        vendorName: nameOf(field('Vendor')),
        deviceId: number(field('Device')),
        deviceName: nameOf(field('Device')),
        subsystem: number(field('SDevice')),
        subsystemName: nameOf(field('SDevice')),
        revision: field('Rev') ?? '00',
      }
    })
    const devices = await readPci(host.fs)
    expect(
      devices.map((device) => ({
        address: device.address,
        classId: device.classId.slice(0, 4),
        className: device.className,
        vendorId: device.vendorId,
        vendorName: device.vendorName,
        deviceId: device.deviceId,
        deviceName: device.deviceName,
        subsystem: device.subsystemDeviceId,
        subsystemName: device.subsystemName,
        revision: (device.revision ?? 0).toString(16).padStart(2, '0'),
      })),
    ).toEqual(expected)
  })
})

describe('readNetwork and readAddresses', () => {
  interface Link {
    readonly ifindex: number
    readonly ifname: string
    readonly flags: readonly string[]
    readonly mtu: number
    readonly operstate: string
    readonly txqlen?: number
    readonly address?: string
    readonly num_tx_queues?: number
    readonly parentbus?: string
    readonly parentdev?: string
    readonly addr_info?: readonly { readonly family: string; readonly local: string; readonly prefixlen: number; readonly scope: string }[]
  }

  it.skipIf(!has('ip'))(against('ip', 'links'), async () => {
    const links = await json<readonly Link[]>(['ip', '-j', '-d', 'link'])
    const found = await readNetwork(host.fs)
    expect(
      found.map((own) => ({
        index: own.index,
        name: own.name,
        up: own.up,
        mtu: own.mtu,
        state: own.state,
        queue: own.transmitQueueLength ?? 0,
        mac: own.mac,
        queues: own.transmitQueues,
        bus: own.bus,
        busAddress: own.busAddress,
      })),
    ).toEqual(
      links.map((link) => ({
        index: link.ifindex,
        name: link.ifname,
        up: link.flags.includes('UP'),
        mtu: link.mtu,
        state: link.operstate.toLowerCase(),
        queue: link.txqlen ?? 0,
        mac: link.address,
        queues: link.num_tx_queues,
        bus: link.parentbus,
        busAddress: link.parentdev,
      })),
    )
  })

  it.skipIf(!has('ip'))(against('ip', 'addresses and default routes'), async () => {
    const links = await json<readonly Link[]>(['ip', '-j', 'addr'])
    const routes = await json<readonly { readonly gateway?: string; readonly dev: string }[]>(['ip', '-j', '-4', 'route', 'show', 'default'])
    const facts = await readAddresses(host.fs)
    const expected = links.flatMap((link) => (link.addr_info ?? []).map((own) => `${link.ifname} ${own.local}/${own.prefixlen} ${own.scope}`))
    expect(facts.addresses.map((own) => `${own.interface} ${own.address}/${own.prefixLength} ${own.scope}`).sort()).toEqual([...expected].sort())
    expect(facts.defaultRoutes.filter((route) => route.family === 'inet').map((route) => [route.gateway, route.interface])).toEqual(
      routes.map((route) => [route.gateway, route.dev]),
    )
  })
})

describe('readKernel, readOs, readMemory, readUsers and readMounts', () => {
  it.skipIf(!has('uname'))(against('uname', 'release, version, machine and name'), async () => {
    const ask = async (flag: string): Promise<string> => (await host.run(['/usr/bin/uname', flag])).stdout.trim()
    const kernel = await readKernel(host.fs)
    const os = await readOs(host.fs)
    expect([kernel.release, kernel.version, kernel.architecture, os.hostname]).toEqual([await ask('-r'), await ask('-v'), await ask('-m'), await ask('-n')])
  })

  it.skipIf(!has('free'))(against('free', 'total memory and swap'), async () => {
    const [memory, swap] = (await host.run(['free', '-b'])).stdout
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(/\s+/)[1]))
    const facts = await readMemory(host.fs)
    expect([facts.totalBytes, facts.swap.totalBytes]).toEqual([memory, swap])
  })

  it('agrees with the C library on users', async () => {
    const names = (await readUsers(host.fs)).users.map((user) => user.name)
    const lines = (await host.run(['getent', '-s', 'files', 'passwd'])).stdout.trim().split('\n')
    expect(names).toEqual(lines.map((line) => line.split(':', 1)[0]))
  })

  it.skipIf(!has('findmnt'))(against('findmnt', 'mounts'), async () => {
    const rows = (await json<{ filesystems: readonly Record<string, unknown>[] }>(['findmnt', '-J', '-l', '-o', 'TARGET,FSTYPE,MAJ:MIN,VFS-OPTIONS']))
      .filesystems
    // Namespaces of other programs come and go.
    const lasting = (point: unknown): boolean => !/^\/run\/(?:netns|docker)|^\/tmp\//.test(String(point))
    const { mounted } = await readMounts(host.fs)
    expect(
      mounted
        .filter((mount) => lasting(mount.mountPoint))
        .map((mount) => [mount.mountPoint, mount.type, `${mount.major}:${mount.minor}`, mount.options.join(',')]),
    ).toEqual(rows.filter((row) => lasting(row['target'])).map((row) => [row['target'], row['fstype'], row['maj:min'], row['vfs-options']]))
  })
})

describe('systeminformation', () => {
  it('agrees on memory, CPUs and interfaces', async () => {
    const information = (await import('systeminformation')).default
    const [memory, cpu, interfaces] = await Promise.all([information.mem(), information.cpu(), information.networkInterfaces()])
    const [ourMemory, ourCpu, ourNetwork] = await Promise.all([readMemory(host.fs), readCpu(host.fs), readNetwork(host.fs)])
    expect([ourMemory.totalBytes, ourCpu.topology.threadCount, ourCpu.topology.coreCount]).toEqual([memory.total, cpu.cores, cpu.physicalCores])
    const listed = Array.isArray(interfaces) ? interfaces : [interfaces]
    for (const own of listed) {
      expect(ourNetwork.find((found) => found.name === own.iface)).toMatchObject({ mac: own.mac, mtu: own.mtu })
    }
  })
})
