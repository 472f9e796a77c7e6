import type { Host, OperationContext } from '@hostwright/core'
import { describe, expect, it } from 'vitest'
import { chooseProfile, loadNamedProfile } from '../src/operations/profile-input.ts'
import { memoryTree } from './memory-tree.ts'

const profile = 'summary: Ours\nset:\n  vm.swappiness: 5\n'
const host = { fs: memoryTree({ '/srv/own.yaml': profile, '/etc/hostwright/profiles/site.yaml': profile }), run: undefined } as unknown as Host
const here: OperationContext = { host, directory: '/srv/deep' }

describe('the profile that an operation is given', () => {
  it('may be a file, from where the user stands', async () => {
    for (const path of ['../own.yaml', '/srv/own.yaml']) {
      expect(await loadNamedProfile(here, path)).toMatchObject({ profile: { name: 'own', summary: 'Ours' }, profiles: [{ name: 'site' }] })
    }
    await expect(loadNamedProfile(here, 'own.yaml')).rejects.toMatchObject({ code: 'NOT_FOUND', subject: '/srv/deep/own.yaml' })
  })

  it('has to be a whole path where it is not known where the user stands on the host', async () => {
    await expect(loadNamedProfile({ host }, 'own.yaml')).rejects.toMatchObject({ code: 'INVALID_INPUT', subject: 'own.yaml' })
  })

  it('stays a name where it is one', async () => {
    expect((await chooseProfile(here, 'site')).profile).toBe('site')
    expect((await chooseProfile(here, 'server')).profile).toBe('server')
  })
})
