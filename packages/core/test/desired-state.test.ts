import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import {
  createPlanner,
  desiredStateSchema,
  findConfiguration,
  isHostwrightError,
  loadConfiguration,
  localHost,
  planDesiredState,
  type Domain,
  type SectionSource,
} from '../src/index.ts'
import { parseYamlDocument } from '../src/desired-state/yaml-document.ts'

let directory: string
const files = (name: string): string => join(directory, name)

const lights: Domain = {
  name: 'lights',
  summary: 'Lights of a house',
  operations: [],
  section: {
    name: 'lights',
    schema: z.strictObject({
      mode: z.enum(['bright', 'dim', 'off']).optional(),
      rooms: z
        .record(z.string(), z.strictObject({ lamps: z.int().min(0).max(9), colour: z.union([z.string(), z.strictObject({ red: z.number() })]).optional() }))
        .optional(),
      file: z.string().optional(),
    }),
    observe: () => Promise.resolve({}),
    async plan(host, desired: { mode?: string; file?: string }, source?: SectionSource) {
      const planner = createPlanner(host, 'lights')
      if (desired.file !== undefined) await planner.write(desired.file, `${desired.mode}\n`, { source: source?.locate(['mode']) ?? '' })
      return planner.finish()
    },
  },
}
const power: Domain = { name: 'power', summary: 'Power', operations: [], section: { ...lights.section!, name: 'power', after: ['lights'] } }
const domains = [power, lights]

const problemsOf = async (text: string): Promise<string> => {
  writeFileSync(files('host.yaml'), text)
  return loadConfiguration(files('host.yaml'), domains).then(
    () => 'no problem',
    (error: unknown) => (isHostwrightError(error) ? `${error.code} ${error.message}` : String(error)),
  )
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hostwright-config-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('a file of desired state', () => {
  it.each([
    ['lihgts: {}\n', 'INVALID_INPUT host.yaml:1:1: unknown section `lihgts`; did you mean `lights`?'],
    ['lights:\n  mdoe: dim\n', 'INVALID_INPUT host.yaml:2:3: unknown key `mdoe`; did you mean `mode`?'],
    ['lights:\n  mode: brihgt\n', 'INVALID_INPUT host.yaml:2:9: mode: `brihgt` is not one of bright, dim, off; did you mean `bright`?'],
    ['lights:\n  rooms:\n    hall: { lamps: many }\n', 'INVALID_INPUT host.yaml:3:20: rooms.hall.lamps: must be a number, not `many`'],
    [
      'lights:\n  rooms:\n    hall: { lamp: 1 }\n',
      'INVALID_INPUT host.yaml:3:11: rooms.hall.lamps: is missing\nhost.yaml:3:13: rooms.hall: unknown key `lamp`; did you mean `lamps`?',
    ],
    ['lights:\n  rooms:\n    hall: { lamps: 99 }\n', 'INVALID_INPUT host.yaml:3:20: rooms.hall.lamps: `99`: too big: expected number to be <=9'],
    [
      'lights:\n  rooms:\n    hall: { lamps: 1, colour: { read: 1 } }\n',
      'INVALID_INPUT host.yaml:3:31: rooms.hall.colour.red: is missing\nhost.yaml:3:33: rooms.hall.colour: unknown key `read`; did you mean `red`?',
    ],
    ['lights: [1]\n', 'INVALID_INPUT host.yaml:1:9: must be a mapping, not a list'],
    ['- 1\n', 'INVALID_INPUT host.yaml:1:1: must be a mapping from sections to what they shall be'],
    ['lights: {\n', 'PARSE_ERROR host.yaml:2:1: Flow map in block collection'],
    ['lights: {}\nlights: {}\n', 'PARSE_ERROR host.yaml:2:1: Map keys must be unique'],
    ['plugins: 5\n', 'INVALID_INPUT host.yaml:1:10: plugins: must be a list of package names or paths'],
    ['lights: {}\n', 'no problem'],
    ['', 'no problem'],
  ])('%j is answered with %j', async (text, message) => {
    expect(await problemsOf(text)).toContain(message)
  })

  it('is refused when aliases would blow it up', async () => {
    const bomb = [
      'a: &a [1,1,1,1,1,1,1,1,1]',
      ...'bcdefghij'.split('').map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghij'[index]}`).join(',')}]`),
    ].join('\n')
    expect(await problemsOf(bomb)).toContain('expand to too much')
  })

  it('gives a value or an error with a place for any text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', ':', ' ', '\n', '-', '{', '}', '[', ']', '"', '&', '*', '!', '\t', '|', '>', '#', '%', 'é', '\0') }),
        async (text) => {
          try {
            await parseYamlDocument(text, 'host.yaml')
          } catch (error) {
            expect(error).toMatchObject({ code: 'PARSE_ERROR', message: expect.stringMatching(/^host\.yaml:\d+:\d+: /u) })
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('is planned section after section, each change with its place in the file', async () => {
    writeFileSync(files('host.yaml'), `power:\n  mode: off\n  file: ${files('second')}\nlights:\n  mode: dim\n  file: ${files('first')}\n`)
    const plan = await planDesiredState(localHost(), await loadConfiguration(files('host.yaml'), domains))
    expect(plan.steps.map((step) => [step.id, step.source])).toEqual([
      [`write ${files('first')}`, 'host.yaml:5'],
      [`write ${files('second')}`, 'host.yaml:2'],
    ])
  })

  it('is refused when two sections want the same file', async () => {
    writeFileSync(files('host.yaml'), `power: { file: ${files('same')}, mode: off }\nlights: { file: ${files('same')}, mode: dim }\n`)
    await expect(planDesiredState(localHost(), await loadConfiguration(files('host.yaml'), domains))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('lights and power'),
    })
  })

  it('can be TypeScript, checked like YAML', async () => {
    writeFileSync(files('host.ts'), `const mode: string = 'dim'\nexport const host = { lights: { mode, rooms: { hall: { lamps: '3' } } } }\n`)
    await expect(loadConfiguration(files('host.ts'), domains)).rejects.toMatchObject({ message: 'host.ts: rooms.hall.lamps: must be a number, not `3`' })
    writeFileSync(files('good.ts'), `export default { lights: { mode: 'dim' as const } }\n`)
    expect((await loadConfiguration(files('good.ts'), domains)).sections.map((each) => each.desired)).toEqual([{ mode: 'dim' }])
  })

  it.each([
    ['export const other = 1\n', ' exports neither `default` nor `host`', 'defineHost'],
    ['const a: any = {}\na.a = a\nexport default a\n', ' exports something that is no plain data: ', 'without circles'],
  ])('is refused if it is TypeScript that exports no description: %j', async (text, message, hint) => {
    const name = `mistake-${text.length}.ts`
    writeFileSync(files(name), text)
    await expect(loadConfiguration(files(name), domains)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(name + message),
      hint: expect.stringContaining(hint),
    })
  })

  it('tells a section where its keys and values stand', async () => {
    writeFileSync(files('host.yaml'), 'lights:\n  mode: dim\n')
    const { source } = (await loadConfiguration(files('host.yaml'), domains)).sections[0]!
    expect([source.locate(['mode']), source.place?.(['mode']), source.place?.(['mode'], 'key')]).toEqual(['host.yaml:2', 'host.yaml:2:9', 'host.yaml:2:3'])
  })

  it('is found in the directory, YAML before TypeScript', () => {
    mkdirSync(files('empty'))
    expect(findConfiguration(directory)).toBe(files('host.yaml'))
    expect(findConfiguration(files('empty'))).toBe(findConfiguration('/nonexistent'))
  })

  it('loads the plugins that it names, and nothing else', async () => {
    writeFileSync(files('plugin.mjs'), `export const domain = { name: 'bells', summary: 'Bells', operations: [] }\n`)
    writeFileSync(files('broken.mjs'), `export const domain = { name: 'bells' }\n`)
    writeFileSync(files('host.yaml'), 'plugins: [./plugin.mjs]\n')
    expect((await loadConfiguration(files('host.yaml'), domains)).domains.map((domain) => domain.name)).toEqual(['power', 'lights', 'bells'])
    mkdirSync(files('package'))
    writeFileSync(files('package/package.json'), '{ "name": "a-plugin", "type": "module", "exports": { ".": "./entry.js" } }')
    writeFileSync(files('package/entry.js'), `export const domain = { name: 'chimes', summary: 'Chimes', operations: [] }\n`)
    writeFileSync(files('host.yaml'), 'plugins: [./package]\n')
    expect((await loadConfiguration(files('host.yaml'), [])).domains.map((domain) => domain.name)).toEqual(['chimes'])
    expect(await problemsOf('plugins: [./broken.mjs]\n')).toContain('does not export a `domain`')
    expect(await problemsOf('plugins: [hostwright-plugin-that-is-not-there]\n')).toContain('NOT_FOUND')
  })

  it('has a JSON Schema with the sections of the given domains', () => {
    const schema = desiredStateSchema(domains) as { properties: Record<string, { properties?: object }>; additionalProperties: boolean }
    expect(Object.keys(schema.properties)).toEqual(['plugins', 'power', 'lights'])
    expect(schema.additionalProperties).toBe(false)
    expect(Object.keys(schema.properties['lights']?.properties ?? {})).toEqual(['mode', 'rooms', 'file'])
  })
})
