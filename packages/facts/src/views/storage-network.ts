import type { Cell, View } from '@hostwright/core'
import type { AddressFacts } from '../addresses.ts'
import type { BlockDevice } from '../block.ts'
import type { NetworkInterface } from '../network.ts'
import { fieldsView, sizeCell, tableView } from './building.ts'

export function viewBlock(devices: readonly BlockDevice[]): View {
  const rows = (level: readonly BlockDevice[], depth: number): readonly (readonly (Cell | undefined)[])[] =>
    level.flatMap((device) => [
      [
        `${'  '.repeat(depth)}${device.mapper?.name ?? device.name}`,
        sizeCell(device.sizeBytes),
        device.kind,
        device.transport,
        device.content?.type,
        device.mountPoints.join(', '),
        [device.vendor, device.model].filter((part) => part !== undefined).join(' '),
        device.queue?.scheduler,
      ],
      ...rows(device.children, depth + 1),
    ])
  return tableView(['Device', '#Size', 'Kind', 'Bus', 'Content', 'Mounted', 'Model', 'Scheduler'], rows(devices, 0), 'There are no block devices')
}

export function viewNetwork(interfaces: readonly NetworkInterface[]): View {
  return tableView(
    ['Interface', 'Type', 'State', '#Speed', '#MTU', 'MAC', 'Driver', 'Master', 'Address'],
    interfaces.map((own) => [
      own.name,
      own.type,
      own.state === 'up' ? { text: 'up', tone: 'good' } : own.up === true ? own.state : { text: 'off', tone: 'dim' },
      own.speedMbps === undefined ? undefined : `${own.speedMbps} Mbit/s`,
      own.mtu === undefined ? undefined : `${own.mtu}`,
      own.mac,
      own.driver,
      own.master,
      own.busAddress,
    ]),
    'There are no network interfaces',
  )
}

export function viewAddresses(facts: AddressFacts): View {
  return {
    kind: 'group',
    children: [
      tableView(
        ['Interface', 'Address', 'Scope'],
        facts.addresses.map((own) => [own.interface, own.prefixLength === undefined ? own.address : `${own.address}/${own.prefixLength}`, own.scope]),
        'There are no addresses',
      ),
      fieldsView([
        ['Default routes', facts.defaultRoutes.map((route) => `${route.gateway ?? 'direct'} on ${route.interface}`).join(', ')],
        ['Name servers', facts.nameServers.join(', ')],
        ['Search domains', facts.searchDomains.join(', ')],
      ]),
    ],
  }
}
