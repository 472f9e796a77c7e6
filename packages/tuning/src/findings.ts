import type { Finding, Host } from '@hostwright/core'
import { isHostwrightError, readMachineTraits } from '@hostwright/core'
import { findActiveProfile } from './active-profile.ts'
import { readKernelAnswers } from './kernel-history.ts'
import { tuningLintFindings } from './lint/lint-files.ts'
import { isNetworkNamespace } from './network-namespace.ts'
import { planProfile } from './plan-profile.ts'
import { loadProfile } from './profile-file.ts'
import { recommendProfile } from './recommend.ts'
import { tunedProfileConflicts } from './tuned/conflicts.ts'
import { verifyProfile } from './verify-profile.ts'
import type { Verification } from './verify-profile.ts'

/**
 * What tuning has to say about a host: whether the profile that was applied still holds, or which one would fit, what is wrong in
 * its configuration files, and whether tuned works against it. Nothing in a network namespace: all that is the machine's.
 */
export async function tuningFindings(host: Host): Promise<readonly Finding[]> {
  if (await isNetworkNamespace(host)) return []
  return (await Promise.all([profileFindings(host), tuningLintFindings(host), tunedProfileConflicts(host.fs)])).flat()
}

async function profileFindings(host: Host): Promise<readonly Finding[]> {
  const active = await findActiveProfile(host.fs)
  if (active === undefined) return suggestProfile(host)
  const findings: Finding[] = active.edited.map((file) => ({
    id: 'tuning/file-edited',
    domain: 'tuning',
    severity: 'warning',
    subject: file,
    message: 'It was edited by hand since Hostwright wrote it; applying the profile again replaces the edits.',
  }))
  // What the host adapts stands in its host.yaml, which `hostwright plan` compares with the kernel.
  if (active.adapted) return findings
  try {
    const { profile, profiles } = await loadProfile(host.fs, active.profile)
    const answers = await readKernelAnswers(host)
    const verification = await verifyProfile(host, profile, { profiles, answers })
    findings.push(...driftFindings(verification, await planProfile(host, profile, { profiles, answers })))
  } catch (error) {
    if (!isHostwrightError(error, 'NOT_FOUND') && !isHostwrightError(error, 'PARSE_ERROR')) throw error
    findings.push({
      id: 'tuning/profile-unknown',
      domain: 'tuning',
      severity: 'info',
      subject: active.profile,
      message: `The values of profile ${active.profile} are set at boot, but where it is defined is not known here: ${error.message}.`,
      evidence: active.files,
    })
  }
  return findings
}

function driftFindings(verification: Verification, plan: Finding['plan']): readonly Finding[] {
  const drifted = verification.settings.filter((setting) => setting.status === 'differs')
  const overridden = verification.settings.filter((setting) => setting.status === 'overridden')
  const name = `profile ${verification.profile}`
  return [
    ...(drifted.length === 0
      ? []
      : [
          {
            id: 'tuning/drift',
            domain: 'tuning',
            severity: 'warning',
            subject: name,
            message: `${drifted.length} value${drifted.length === 1 ? '' : 's'} no longer hold${drifted.length === 1 ? 's' : ''}.`,
            evidence: drifted.map(
              (setting) => `${setting.tunable}${setting.instance === undefined ? '' : ` of ${setting.instance}`} is ${setting.have}, not ${setting.want}`,
            ),
            command: ['tuning', 'apply', verification.profile],
            ...(plan === undefined ? {} : { plan }),
          } satisfies Finding,
        ]),
    ...overridden.map((setting): Finding => ({
      id: 'tuning/sysctl-overridden',
      domain: 'tuning',
      severity: 'warning',
      subject: setting.tunable,
      message: `${setting.detail} comes after the profile’s file and decides otherwise than ${setting.want}.`,
      command: ['tuning', 'verify', verification.profile],
    })),
    ...(drifted.length + overridden.length === 0
      ? [{ id: 'tuning/profile', domain: 'tuning', severity: 'ok', subject: name, message: 'All values hold that can be set here.' } satisfies Finding]
      : []),
  ]
}

async function suggestProfile(host: Host): Promise<readonly Finding[]> {
  const fit = recommendProfile(await readMachineTraits(host.fs))
  const plan = await planProfile(host, fit.profile)
  if (plan.steps.length === 0) return []
  return [
    {
      id: 'tuning/no-profile',
      domain: 'tuning',
      severity: 'info',
      subject: `profile ${fit.profile}`,
      message: `No tuning profile is applied; ${fit.profile} fits this machine and would change ${plan.steps.filter((step) => step.action.kind === 'set').length} values.`,
      evidence: fit.reasons,
      command: ['tuning', 'explain', fit.profile],
      plan,
    },
  ]
}
