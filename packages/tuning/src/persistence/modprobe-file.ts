import { HostwrightError } from '@hostwright/core'
import type { ModuleOptionSetting } from '../profile.ts'
import { reasonLines } from './managed-file.ts'

/**
 * The lines of a modprobe.d file (`man 5 modprobe.d`). They take effect when the module is loaded the next time.
 *
 * @throws `INVALID_INPUT` for names that cannot stand in such a file
 */
export function renderModprobeLines(options: readonly ModuleOptionSetting[]): string {
  return options.map((each) => `${reasonLines(each.why, each.source)}options ${word(each.module)} ${word(each.option)}=${optionValue(each)}\n`).join('')
}

function word(text: string): string {
  if (/^[A-Za-z0-9_-]+$/u.test(text)) return text
  throw new HostwrightError('INVALID_INPUT', `\`${text}\` is no name of a module or of its option`, {
    subject: text,
    hint: 'Letters, digits, `_` and `-` only.',
  })
}

function optionValue(option: ModuleOptionSetting): string {
  const name = `${option.module}.${option.option}`
  if (/[\n\r"\\#]/u.test(option.value)) {
    throw new HostwrightError('INVALID_INPUT', `the value of ${name} has a character that modprobe.d cannot hold`, {
      subject: name,
      hint: 'Quotes, backslashes, # and line ends are not possible.',
    })
  }
  return /\s/u.test(option.value) ? `"${option.value}"` : option.value
}
