import * as z from 'zod'
import type { AddressFacts } from '../addresses.ts'
import type { BlockDevice } from '../block.ts'
import type { NetworkInterface } from '../network.ts'
import { tied } from './tied.ts'

const text = z.string().exactOptional()
const texts = z.array(z.string())
const number = z.number().exactOptional()
const flag = z.boolean().exactOptional()

const blockDevice = z.object({
  name: z.string(),
  kind: z.enum(['disk', 'part', 'rom', 'loop', 'ram', 'zram', 'crypt', 'lvm', 'mpath', 'dm', 'raid', 'bcache', 'nbd', 'rbd', 'drbd', 'zvol', 'floppy']),
  major: number,
  minor: number,
  sizeBytes: z.number(),
  readOnly: flag,
  removable: flag,
  rotational: flag,
  transport: z.enum(['nvme', 'sata', 'sas', 'scsi', 'usb', 'mmc', 'virtio', 'xen', 'ide', 'unknown']).exactOptional(),
  model: text,
  vendor: text,
  serial: text,
  revision: text,
  wwn: text,
  pciAddress: text,
  queue: z
    .object({
      scheduler: text,
      schedulers: texts,
      requests: number,
      readAheadBytes: number,
      logicalSectorBytes: number,
      physicalSectorBytes: number,
      minimumIoBytes: number,
      optimalIoBytes: number,
      discardGranularityBytes: number,
      discardMaxBytes: number,
      writeCache: text,
      zoned: text,
      dax: flag,
    })
    .exactOptional(),
  partition: z.object({ number, startBytes: number, name: text, uuid: text }).exactOptional(),
  mapper: z.object({ name: text, uuid: text }).exactOptional(),
  loop: z.object({ backingFile: text, offsetBytes: number }).exactOptional(),
  raid: z.object({ level: text, state: text, disks: number, missing: number, sync: text }).exactOptional(),
  content: z.object({ type: text, uuid: text, label: text }).exactOptional(),
  mountPoints: texts,
  get children(): z.ZodType<readonly BlockDevice[]> {
    return z.array(blockDevice)
  },
})

export const blockSchema: z.ZodType<readonly BlockDevice[]> = tied<readonly BlockDevice[]>()(z.array(blockDevice))

export const networkSchema: z.ZodType<readonly NetworkInterface[]> = tied<readonly NetworkInterface[]>()(
  z.array(
    z.object({
      name: z.string(),
      index: number,
      type: z.enum([
        'ethernet',
        'wifi',
        'loopback',
        'bridge',
        'bond',
        'vlan',
        'vxlan',
        'geneve',
        'wireguard',
        'tun',
        'tap',
        'veth',
        'macvlan',
        'ipvlan',
        'dummy',
        'ifb',
        'vrf',
        'infiniband',
        'wwan',
        'can',
        'ppp',
        'tunnel',
        'monitor',
        'virtual',
        'other',
      ]),
      physical: z.boolean(),
      mac: text,
      mtu: number,
      up: flag,
      state: text,
      carrier: flag,
      speedMbps: number,
      duplex: z.enum(['full', 'half']).exactOptional(),
      driver: text,
      bus: text,
      busAddress: text,
      pciAddress: text,
      numaNode: number,
      master: text,
      lower: texts,
      upper: texts,
      receiveQueues: z.number(),
      transmitQueues: z.number(),
      transmitQueueLength: number,
      virtualFunctions: z.object({ enabled: z.number(), total: z.number() }).exactOptional(),
      alias: text,
      carrierChanges: number,
    }),
  ),
)

const family = z.enum(['inet', 'inet6'])

export const addressesSchema: z.ZodType<AddressFacts> = tied<AddressFacts>()(
  z.object({
    addresses: z.array(z.object({ family, address: z.string(), prefixLength: number, interface: text, scope: z.enum(['global', 'link', 'host', 'site']) })),
    defaultRoutes: z.array(z.object({ family, interface: z.string(), gateway: text, metric: z.number() })),
    nameServers: texts,
    searchDomains: texts,
  }),
)
