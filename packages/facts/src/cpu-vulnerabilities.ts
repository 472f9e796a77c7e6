import { listNames, type FileTree } from '@hostwright/core'
import { readTexts } from './internal/attribute.ts'

/** How the kernel judges one weakness of the CPU. */
export interface CpuVulnerability {
  /** As the kernel's file is called: `spectre_v2`, `retbleed` … */
  readonly name: string
  readonly state: 'not-affected' | 'mitigated' | 'vulnerable' | 'unknown'
  /** The kernel's own words, such as `Mitigation: Retpolines; STIBP: disabled`. */
  readonly text: string
}

const base = '/sys/devices/system/cpu/vulnerabilities'

/** What the kernel says of each known weakness (Linux, `Documentation/admin-guide/hw-vuln/`). */
export async function readCpuVulnerabilities(fs: FileTree): Promise<readonly CpuVulnerability[]> {
  const names = await listNames(fs, base)
  const texts = await readTexts(
    fs,
    names.map((name) => `${base}/${name}`),
  )
  return names.flatMap((name, index) => {
    const text = texts[index]
    return text === undefined ? [] : [{ name, state: judge(text), text }]
  })
}

function judge(text: string): CpuVulnerability['state'] {
  if (text.startsWith('Not affected')) return 'not-affected'
  // `itlb_multihit` speaks of KVM or of the processor first.
  const verdict = /^(?:KVM: |Processor )?(Mitigation|Vulnerable)/i.exec(text)?.[1]?.toLowerCase()
  return verdict === 'mitigation' ? 'mitigated' : verdict === 'vulnerable' ? 'vulnerable' : 'unknown'
}
