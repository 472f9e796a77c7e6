import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isHostwrightError, localHost } from '@hostwright/core'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tunables } from '../../src/tunable-table.ts'
import { convertTunedProfile } from '../../src/tuned/convert.ts'
import { searches } from '../../src/tuned/expand.ts'
import { loadTunedProfile, optionText } from '../../src/tuned/load-profile.ts'

interface OracleUnit {
  readonly name: string
  readonly options: readonly (readonly [name: string, raw: string, expanded: string])[]
}

type OracleProfile = { readonly error: string } | { readonly units: readonly OracleUnit[]; readonly environment: Readonly<Record<string, string>> }

const script = fileURLToPath(new URL('../fixtures/tuned/oracle.py', import.meta.url))
const installed = existsSync('/usr/lib/python3/dist-packages/tuned/profiles/loader.py')

function oracle(directories: readonly string[]): Readonly<Record<string, OracleProfile>> {
  return JSON.parse(execFileSync('/usr/bin/python3', [script, directories.join(',')], { encoding: 'utf8', maxBuffer: 64 << 20 })) as Record<
    string,
    OracleProfile
  >
}

/** The same picture as the oracle draws. */
async function ours(directories: readonly string[], name: string): Promise<OracleProfile> {
  await using host = localHost()
  try {
    const loaded = await loadTunedProfile(host.fs, name, { directories, runtime: { host } })
    const units = [...loaded.units.values()].map(async (unit) => ({
      name: unit.name,
      type: unit.type,
      enabled: unit.enabled,
      devices: unit.devices,
      devicesUdevRegex: unit.devicesUdevRegex ?? null,
      cpuinfoRegex: unit.cpuinfoRegex ?? null,
      unameRegex: unit.unameRegex ?? null,
      scriptPre: unit.scriptPre ?? null,
      scriptPost: unit.scriptPost ?? null,
      matches:
        (unit.cpuinfoRegex === undefined || searches(unit.cpuinfoRegex, await loaded.system.cpuinfo()) === true) &&
        (unit.unameRegex === undefined || searches(unit.unameRegex, await loaded.system.uname()) === true),
      options: await Promise.all(
        [...unit.options.values()].map(async (option): Promise<[string, string, string]> => {
          const raw = typeof option.value === 'string' ? option.value : option.value.join(' ')
          return [option.name, raw, (await loaded.variables.expand(raw, option)).text]
        }),
      ),
    }))
    return {
      units: await Promise.all(units),
      environment: Object.fromEntries([...loaded.variables.values].map(([key, value]) => [key.startsWith('TUNED_') ? key : `TUNED_${key}`, value.text])),
    }
  } catch (error) {
    if (isHostwrightError(error) && ['NOT_FOUND', 'PARSE_ERROR', 'INVALID_INPUT'].includes(error.code)) return { error: error.message }
    throw error
  }
}

/** Why a profile is refused is said in other words. */
function comparable(name: string, profile: OracleProfile | undefined): unknown {
  return profile !== undefined && 'error' in profile ? { name, error: 'refused' } : { name, profile }
}

describe.skipIf(!installed)('reads profiles as the installed tuned does (needs the Debian package tuned)', () => {
  const directories = ['/usr/lib/tuned', '/etc/tuned']
  const shipped = installed ? oracle(directories) : {}

  it('knows every profile that is shipped', () => {
    expect(Object.keys(shipped).length).toBeGreaterThanOrEqual(37)
  })

  it.each(Object.keys(shipped))('has the same units, options, variables and expanded values for %s', async (name) => {
    expect(comparable(name, await ours(directories, name))).toEqual(comparable(name, shipped[name]))
  })
})

describe.skipIf(!installed)('loses no part of a shipped profile (needs the Debian package tuned)', () => {
  const directories = ['/usr/lib/tuned', '/etc/tuned']
  const shipped = Object.entries(installed ? oracle(directories) : {})

  it.each(shipped)('puts every option of %s in exactly one place', async (name, want) => {
    await using host = localHost()
    if ('error' in want) {
      await expect(loadTunedProfile(host.fs, name, { runtime: { host } })).rejects.toThrow(/./u)
      return
    }
    const { profile, placed } = await convertTunedProfile(await loadTunedProfile(host.fs, name, { runtime: { host } }), tunables())
    const expected = want.units.flatMap((unit) => unit.options.filter(([option]) => option !== 'priority').map(([option]) => `${unit.name} ${option}`))
    expect(placed.map(({ unit, option }) => `${unit} ${option}`).toSorted()).toEqual(expected.toSorted())
    const kinds = new Set(placed.map(({ kind }) => kind))
    expect(kinds.has('settings')).toBe(profile.settings.length > 0)
    expect(kinds.has('commandLine')).toBe(profile.commandLine !== undefined)
    expect(kinds.has('moduleOptions')).toBe(profile.moduleOptions !== undefined)
    for (const { unit, option, kind } of placed) {
      const reported = (profile.unsupported ?? []).filter(({ what }) => what.startsWith(`[${unit}] ${option} = `))
      expect({ unit, option, reported: reported.length }).toEqual({ unit, option, reported: kind === 'unsupported' ? 1 : 0 })
    }
    for (const { why, where } of profile.unsupported ?? []) expect(`${where} ${why}`).toMatch(/^\/\S+:\d+ .+\.$/su)
  })

  it('expresses the better part of what this machine can have', async () => {
    await using host = localHost()
    const placed = await Promise.all(
      shipped.flatMap(([name, want]) =>
        'error' in want ? [] : [loadTunedProfile(host.fs, name, { runtime: { host } }).then((loaded) => convertTunedProfile(loaded, tunables()))],
      ),
    )
    const all = placed.flatMap((converted) => converted.placed)
    const expressed = all.filter(({ kind }) => kind !== 'unsupported')
    expect(all.length).toBeGreaterThan(350)
    expect(expressed.length / all.length).toBeGreaterThan(0.7)
  })
})

describe.skipIf(!installed)('follows the installed tuned on odd profiles (needs the Debian package tuned)', () => {
  let base = ''
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'hostwright-tuned-'))
  })
  afterAll(() => {
    rmSync(base, { recursive: true })
  })

  function write(directory: string, profiles: Readonly<Record<string, string>>): string {
    const path = join(base, directory)
    for (const [name, text] of Object.entries(profiles)) {
      mkdirSync(join(path, name), { recursive: true })
      writeFileSync(join(path, name, 'tuned.conf'), text)
    }
    return path
  }

  async function compareAll(directories: readonly string[]): Promise<number> {
    const wanted = oracle(directories)
    for (const [name, want] of Object.entries(wanted)) expect(comparable(name, await ours(directories, name))).toEqual(comparable(name, want))
    return Object.keys(wanted).length
  }

  it('agrees on grammar, merging, includes, variables and functions', async () => {
    const variables = join(base, 'variables.conf')
    writeFileSync(variables, '# headless\nfrom_file = 7 # seven\nlone\nnested=${from_file}0\n[section]\nlater: no\nbad name = 1\n')
    const vendor = write('vendor', {
      grammar:
        '[main]\nsummary = a; b # c\n ; comment\n[one]\nName=Case KEPT\nname = other\nA=1\nA = 2\nlong = x\n  y # z\n\n  w\n;c=1\nq="a # b"\ncolon: x = 3\nempty=\n[one]\nB=3\n[two] trailing\ntype=sysctl\n',
      default: '[DEFAULT]\nd=1\n[main]\nsummary=x\n[u]\na=1\n',
      headless: 'a=1\n[x]\nb=2\n',
      bogus: '[x]\nno delimiter here\n',
      crlf: '[x]\r\na=1\r\n b\r\n[y]\rc=2\r',
      base: '[variables]\na=1\nb=${a}2\n[u]\nx=${a}\ny=1\nz=9\n[v]\nk=1\n[script]\nscript=one.sh\n[w]\nm=1\n',
      child:
        '[main]\ninclude=base\n[variables]\na=5\nc=${b}\n[u]\nx=2\ndrop=y , z\n[v]\nreplace=true\nn=1\n[script]\nscript=${i:PROFILE_DIR}/../two.sh\n[w]\nenabled=False\ndevices=!sda, !sdb\ncpuinfo_regex=.\nuname_regex=${c}\nscript_pre=/x\n',
      diamond: '[main]\ninclude=child; base ,grand\n[u]\nq=1\n',
      grand: '[main]\ninclude = base\n[u]\nq=0\ny=7\n',
      cycle: '[main]\ninclude=cycle2\n[u]\na=1\n',
      cycle2: '[main]\ninclude=cycle\n[u]\na=2\nb=2\n',
      itself: '[main]\ninclude=itself\n[u]\na=1\n',
      maybe: '[main]\ninclude=-nothing,base\n',
      missing: '[main]\ninclude=nothing\n',
      'two names': '[u]\na=1\n',
      escapes:
        '[variables]\nv=val\n[u]\na=\\${v}\nb=\\\\${v}\nc=$${v}\nd=${v}${v}\ne=${undefined}\nf=${f:strip: a\\:b :c}\ng=\\${f:strip:x}\nh=${f:strip:}x\ni=${f:strip:${v}}\nj=}${v}\nk=${f:none:1}\nl=${f:kb2s:x}\nm=${f:kb2s}\nn=${f:strip:${f:kb2s:${f:s2kb:7}}}\np=${ f:strip:x}\nq=x${f:strip:}${f:strip:}y\n',
      functions:
        '[variables]\ninclude=' +
        variables +
        '\ncores=${f:calc_isolated_cores:1}\nnone=${f:calc_isolated_cores:x}\n[u]\n' +
        ['0-3,5', '0xf', '0xff,ff,,9', '3-1', '1,^1', '0-5,^2-3', '!1,0-2', 'x', "'1-2'", '', '1-3-9', '0x0']
          .flatMap((list, at) =>
            ['unpack', 'pack', 'invert', 'online', 'present']
              .map((kind) => `${kind}${at}=\${f:cpulist_${kind}:${list}}`)
              .concat([`hex${at}=\${f:cpulist2hex:${list}}`, `inv${at}=\${f:cpulist2hex_invert:${list}}`, `dev${at}=\${f:cpulist2devs:${list}}`]),
          )
          .join('\n') +
        '\nhex=${f:hex2cpulist:0x1f}\nhexc=${f:hex2cpulist:1,00000001}\nk=${f:kb2s:12}\ns=${f:s2kb:12}\ns1=${f:s2kb:13}\ns2=${f:s2kb:15}\nt=${f:regex_search_ternary:a1:\\d:yes:no}\nn=${f:check_net_queue_count:x}\nn2=${f:check_net_queue_count:4}\nc=${f:cpuinfo_check:^processor:has:none}\nc2=${f:cpuinfo_check:nonesuch:a:nothing:b}\nc3=${f:cpuinfo_check:nonesuch:a:fallback}\nvirt=${f:virt_check:vm:metal}\nff=${from_file}${nested}${lone}${later}\nargs=${f:cpulist_pack:1:2:3}\nlist=${f:cpulist2hex:0:33,64}\n',
      assertion: '[variables]\na=${f:assertion:must be:1:1}\nb=${f:assertion_non_equal:must not:1:2}\n[u]\na=${a}\n',
      fails: '[variables]\nb=${f:assertion:must be:1:2}\n[u]\na=1\n',
    })
    const local = write('local', { base: '[main]\ninclude=base\n[u]\ny=100\nnew=1\n', grammar: '[x]\na=1\n' })
    expect(await compareAll([vendor])).toBe(19)
    expect(await compareAll([vendor, local])).toBe(19)
  })

  it('agrees on 400 generated profiles', async () => {
    const line = fc.oneof(
      fc.constantFrom(
        '[main]',
        '[u]',
        '[v]',
        '[variables]',
        '[u',
        ' [w]',
        '[a]b]',
        'include=p0',
        'type=sysctl',
        'replace=1',
        'enabled=0',
        'drop=a,b',
        'a=1',
        'a = ${b}',
        'b=2 # c',
        ' b=#2',
        'c=;3',
        '   more',
        '\tmore # x',
        '',
        '; x',
        '# x',
        'e=',
        '=x',
        'k=${f:strip:${a}:${b}}',
        'x=\\${a}',
        'y=a=b',
        'p=>5',
        'd=${f:cpulist_pack:0-2,5}',
        'devices=sd*',
        '[DEFAULT]',
      ),
      fc.string({ unit: fc.constantFrom('a', 'b', '=', ' ', '#', ';', '[', ']', '$', '{', '}', '\\', ':', 'f', '\t', '\u00a0', '%'), maxLength: 14 }),
    )
    const profiles = fc.sample(fc.array(line, { maxLength: 14 }), { numRuns: 400, seed: 20 })
    const generated = write('generated', Object.fromEntries(profiles.map((lines, at) => [`p${at}`, `${lines.join('\n')}\n`])))
    expect(await compareAll([generated])).toBe(400)
  })
})

it.skipIf(!installed)('takes the text of an option as it is (needs the Debian package tuned)', async () => {
  await using host = localHost()
  const loaded = await loadTunedProfile(host.fs, 'network-throughput')
  expect(optionText(loaded.units.get('sysctl')?.options.get('net.ipv4.tcp_rmem'))).toBe('"4096 87380 16777216"')
})
