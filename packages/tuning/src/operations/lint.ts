import { defineOperation, pathOnHost } from '@hostwright/core'
import type { AnyOperation, Cell, View } from '@hostwright/core'
import * as z from 'zod'
import { lintFiles } from '../lint/lint-files.ts'

const finding = z.object({
  file: z.string(),
  line: z.number(),
  column: z.number(),
  severity: z.enum(['error', 'warning', 'info']),
  code: z.string(),
  key: z.string().optional(),
  message: z.string(),
  fix: z.string().optional(),
})

const output = z.object({
  files: z.array(z.object({ path: z.string(), kind: z.enum(['sysctl', 'modprobe', 'tuned']) })),
  findings: z.array(finding),
})

type LintOutput = z.output<typeof output>

const ranks = { error: 0, warning: 1, info: 2 }
const tones = { error: 'bad', warning: 'warn', info: 'dim' } as const

/** `tuning lint`: what in the configuration files does not do what it seems to. */
export const lintOperation: AnyOperation = defineOperation({
  name: 'tuning lint',
  kind: 'query',
  summary: 'Find lines of sysctl.d, modprobe.d and tuned files that do not do what they seem to',
  description: [
    'Reads the files in the order in which they apply and reports keys that are unknown, renamed, removed or without effect, values out of range, lines that lose against others, pairs of which only one can hold, and what cannot be taken back. Each finding has its file, line and column, and where there is one the line as it should be.',
    'Without paths it looks at sysctl.d, modprobe.d and the tuned profiles of this host. A file from elsewhere is judged by itself. Nothing is changed. With --check the exit code is 4 if there are errors or warnings.',
  ].join('\n\n'),
  input: z.object({
    paths: z.array(z.string()).default([]).describe('Files or directories of the host to look at; default: those that it reads'),
    least: z.enum(['error', 'warning', 'info']).default('info').describe('Leave out what is less severe than this'),
  }),
  positionals: ['paths'],
  output,
  examples: [
    { argv: ['tuning', 'lint'], text: 'Look at the files that this host reads.' },
    { argv: ['tuning', 'lint', '/etc/sysctl.d/99-local.conf'], text: 'Look at one file, as it is read together with the others.' },
    { argv: ['tuning', 'lint', '--least', 'warning', '--check'], text: 'Fail in a script if something is wrong.' },
  ],
  async run(context, { paths, least }): Promise<LintOutput> {
    const report = await lintFiles(context.host, { paths: paths.map((path) => pathOnHost(context, path)) })
    return {
      files: report.files.map((file) => ({ ...file })),
      findings: report.findings.filter((each) => ranks[each.severity] <= ranks[least]).map((each) => ({ ...each })),
    }
  },
  pending: ({ findings }) => findings.some(({ severity }) => severity !== 'info'),
  view: ({ files, findings }): View => ({
    kind: 'group',
    children: [
      ...files.filter(({ path }) => findings.some(({ file }) => file === path)).map(({ path }) => fileView(path, findings)),
      { kind: 'lines', lines: [{ text: summary(files.length, findings), tone: 'dim' }] },
    ],
  }),
})

/** The findings of one file, each with the line as it should be below it. */
function fileView(path: string, findings: LintOutput['findings']): View {
  const rows = findings
    .filter(({ file }) => file === path)
    .flatMap(({ line, column, severity, code, message, fix }): Cell[][] => [
      [`${line}:${column}`, { text: code, tone: tones[severity] }, message],
      ...(fix === undefined
        ? []
        : [
            [
              '',
              { text: 'better', tone: 'dim' },
              fix === '' ? { text: 'leave the line out', tone: 'dim' } : { text: fix.trim(), tone: 'good' },
            ] satisfies Cell[],
          ]),
    ])
  return {
    kind: 'group',
    title: { text: path, tone: 'strong' },
    children: [{ kind: 'table', columns: [{ title: 'place' }, { title: '' }, { title: 'what', shrink: 1 }], rows }],
  }
}

function summary(files: number, findings: LintOutput['findings']): string {
  const count = (severity: keyof typeof ranks, word: string): string => {
    const number = findings.filter((each) => each.severity === severity).length
    return number === 0 ? '' : `, ${number} ${word}${number === 1 ? '' : 's'}`
  }
  return `${files} file${files === 1 ? '' : 's'}${count('error', 'error')}${count('warning', 'warning')}${count('info', 'remark')}`
}
