import { describe, expect, it } from 'vitest'
import { tunedProfileConflicts } from '../src/tuned/conflicts.ts'
import { memoryTree } from './fixtures/tuned/memory-tree.ts'

describe('other tuning services', () => {
  it('are not there where there are none', async () => {
    expect(await tunedProfileConflicts(memoryTree({ '/proc/1/comm': 'systemd\n', '/proc/1/cmdline': '/sbin/init\0' }))).toEqual([])
  })

  it('that run are a warning, those that only start with the system a note', async () => {
    const tree = memoryTree({
      '/proc/7/comm': 'tuned\n',
      '/proc/7/cmdline': '/usr/bin/python3\0-Es\0/usr/sbin/tuned\0-l\0-P\0',
      '/proc/8/comm': 'power-profiles-\n',
      '/proc/9/comm': 'python3\n',
      '/proc/9/cmdline': 'python3\0-u\0/opt/bin/auto-cpufreq\0--daemon\0',
      '/proc/10/comm': 'python3\n',
      '/proc/10/cmdline': 'python3\0/home/tuned/x.py\0',
      '/etc/systemd/system/multi-user.target.wants/tuned.service': '',
      '/etc/systemd/system/multi-user.target.wants/tlp.service': '',
      '/usr/lib/systemd/system/graphical.target.wants/other.service': '',
    })
    expect((await tunedProfileConflicts(tree)).map(({ severity, subject, evidence }) => ({ severity, subject, evidence }))).toEqual([
      {
        severity: 'warning',
        subject: 'tuned',
        evidence: ['/proc/7/comm is tuned', '/etc/systemd/system/multi-user.target.wants/tuned.service enables tuned.service'],
      },
      { severity: 'warning', subject: 'power-profiles-daemon', evidence: ['/proc/8/comm is power-profiles-'] },
      { severity: 'info', subject: 'TLP', evidence: ['/etc/systemd/system/multi-user.target.wants/tlp.service enables tlp.service'] },
      { severity: 'warning', subject: 'auto-cpufreq', evidence: ['/proc/9/comm is auto-cpufreq'] },
    ])
  })

  it('say what to do', async () => {
    const [finding] = await tunedProfileConflicts(memoryTree({ '/proc/7/comm': 'tuned\n' }))
    expect(finding).toMatchObject({
      id: 'tuning/rival-service',
      domain: 'tuning',
      message:
        'tuned is running and sets the values of its own profile when it starts, and some with the load, so that it and a profile applied here overwrite each other; keep one of them (`systemctl disable --now tuned.service`).',
    })
  })
})
