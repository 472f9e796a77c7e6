import { completionScript, completionShells, defineOperation } from '@hostwright/core'
import * as z from 'zod'
import type { SpanningOperation } from '../context.ts'

/** `hostwright completion SHELL` */
export const completion: SpanningOperation = {
  verbatim: true,
  offline: true,
  operation: defineOperation({
    kind: 'query',
    name: 'completion',
    summary: 'Print the script that makes a shell complete commands',
    description: 'The script asks hostwright for every completion, so it need not be renewed when hostwright is.',
    input: z.object({ shell: z.enum(completionShells).describe('The shell.') }),
    positionals: ['shell'],
    output: z.object({ text: z.string() }),
    examples: [
      { argv: ['completion', 'bash'], text: 'For bash: put the output into ~/.local/share/bash-completion/completions/hostwright.' },
      { argv: ['completion', 'zsh'], text: 'For zsh: put the output into a file `_hostwright` in a directory of $fpath.' },
      { argv: ['completion', 'fish'], text: 'For fish: put the output into ~/.config/fish/completions/hostwright.fish.' },
    ],
    run: async (_context, { shell }) => ({ text: completionScript(shell, ['hostwright', 'hw']) }),
  }),
}
