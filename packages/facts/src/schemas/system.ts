import type { Virtualisation } from '@hostwright/core'
import * as z from 'zod'
import type { ChassisFacts } from '../chassis.ts'
import type { ContainerFacts } from '../containers.ts'
import type { DmiFacts } from '../dmi.ts'
import type { InitFacts } from '../init.ts'
import type { KernelFacts } from '../kernel.ts'
import type { MountFacts } from '../mounts.ts'
import type { OsFacts } from '../os.ts'
import type { AccountFacts } from '../users.ts'
import { tied } from './tied.ts'

const text = z.string().exactOptional()
const texts = z.array(z.string())
const number = z.number().exactOptional()

export const osSchema: z.ZodType<OsFacts> = tied<OsFacts>()(
  z.object({
    id: z.string(),
    idLike: texts,
    name: text,
    prettyName: text,
    version: text,
    versionId: text,
    codename: text,
    variant: text,
    variantId: text,
    buildId: text,
    imageId: text,
    imageVersion: text,
    cpeName: text,
    homeUrl: text,
    supportEnd: text,
    source: text,
    debianVersion: text,
    lsb: z.object({ id: text, release: text, codename: text, description: text }).exactOptional(),
    architecture: text,
    hostname: text,
    prettyHostname: text,
    machineId: text,
    timezone: text,
    locale: text,
    keymap: text,
  }),
)

export const kernelSchema: z.ZodType<KernelFacts> = tied<KernelFacts>()(
  z.object({
    release: text,
    version: text,
    architecture: text,
    commandLine: z.object({ text: z.string(), parameters: z.array(z.object({ name: z.string(), value: text })), initArguments: texts }).exactOptional(),
    modules: z.array(
      z.object({
        name: z.string(),
        sizeBytes: z.number(),
        references: z.number(),
        usedBy: texts,
        state: z.enum(['live', 'loading', 'unloading']),
        taint: text,
      }),
    ),
    taint: z
      .object({
        value: z.number(),
        flags: z.array(z.object({ bit: z.number(), letter: z.string(), meaning: z.string(), kind: z.enum(['problem', 'notice']) })),
      })
      .exactOptional(),
    lockdown: z.enum(['none', 'integrity', 'confidentiality']).exactOptional(),
    securityModules: texts,
    selinux: z.enum(['enforcing', 'permissive']).exactOptional(),
    bootId: text,
    uptimeSeconds: number,
  }),
)

const virtualisation = z.object({ kind: z.enum(['none', 'vm', 'container']), technology: z.string(), monitor: text, evidence: texts })

export const virtualisationSchema: z.ZodType<Virtualisation> = tied<Virtualisation>()(virtualisation)

export const chassisSchema: z.ZodType<ChassisFacts> = tied<ChassisFacts>()(
  z.object({
    kind: z.enum(['desktop', 'laptop', 'convertible', 'tablet', 'handset', 'server', 'embedded', 'vm', 'container', 'unknown']),
    vendor: text,
    model: text,
    serial: text,
    assetTag: text,
  }),
)

export const dmiSchema: z.ZodType<DmiFacts> = tied<DmiFacts>()(
  z.object({
    system: z.object({ vendor: text, product: text, family: text, version: text, sku: text, serial: text, uuid: text }).exactOptional(),
    board: z.object({ vendor: text, name: text, version: text, serial: text, assetTag: text }).exactOptional(),
    enclosure: z.object({ vendor: text, type: number, version: text, serial: text, assetTag: text }).exactOptional(),
    firmware: z
      .object({
        vendor: text,
        version: text,
        date: text,
        release: text,
        mode: z.enum(['uefi', 'bios']).exactOptional(),
        secureBoot: z.boolean().exactOptional(),
      })
      .exactOptional(),
    deviceTree: z.object({ model: text, compatible: texts, serial: text }).exactOptional(),
  }),
)

export const initSchema: z.ZodType<InitFacts> = tied<InitFacts>()(
  z.object({
    system: z.enum(['systemd', 'openrc', 'runit', 's6', 'dinit', 'upstart', 'sysvinit', 'busybox', 'other', 'unknown']),
    process: text,
    version: text,
    evidence: texts,
  }),
)

export const containersSchema: z.ZodType<ContainerFacts> = tied<ContainerFacts>()(
  z.object({
    inside: virtualisation.exactOptional(),
    engines: z.array(z.object({ name: z.string(), program: text, socket: text, running: z.boolean() })),
    guestsServed: texts,
  }),
)

export const usersSchema: z.ZodType<AccountFacts> = tied<AccountFacts>()(
  z.object({
    users: z.array(
      z.object({
        name: z.string(),
        uid: z.number(),
        gid: z.number(),
        comment: z.string(),
        home: z.string(),
        shell: z.string(),
        canLogin: z.boolean(),
      }),
    ),
    groups: z.array(z.object({ name: z.string(), gid: z.number(), members: texts })),
    firstUserId: z.number(),
    problems: z.array(z.object({ file: z.string(), line: z.number(), message: z.string() })),
  }),
)

export const mountsSchema: z.ZodType<MountFacts> = tied<MountFacts>()(
  z.object({
    mounted: z.array(
      z.object({
        id: z.number(),
        parentId: z.number(),
        major: z.number(),
        minor: z.number(),
        root: z.string(),
        mountPoint: z.string(),
        options: texts,
        propagation: texts,
        type: z.string(),
        source: z.string(),
        superOptions: texts,
      }),
    ),
    fstab: z.array(
      z.object({
        line: z.number(),
        source: z.string(),
        mountPoint: z.string(),
        type: z.string(),
        options: texts,
        dump: z.number(),
        pass: z.number(),
      }),
    ),
  }),
)
