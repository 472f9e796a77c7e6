import { unsupported } from './placement.ts'
import type { ExpandedOption, Placement, TunedPlugin } from './placement.ts'
import { words } from './python-text.ts'

/** The `modules` plugin: options for modprobe, by module. */
export const modules: TunedPlugin = {
  place({ name, value }) {
    const reload = /^\s*\+r\s*,?\s*/u.exec(value)
    const options = words(reload === null ? value : value.slice(reload[0].length)).map((word): [string, string] => {
      const equals = word.indexOf('=')
      // A switch without a value is switched on.
      return equals === -1 ? [word, '1'] : [word.slice(0, equals), word.slice(equals + 1)]
    })
    if (options.length === 0)
      return unsupported(
        reload === null
          ? 'It names no option of the module; tuned does nothing.'
          : `tuned removes the module ${name} and loads it again; here nothing loads modules.`,
      )
    return {
      kind: 'moduleOptions',
      module: name,
      options,
      ...(reload === null ? {} : { note: 'tuned would also reload the module; here it takes effect when the module is loaded the next time.' }),
    }
  },
}

/** What one `cmdline…` option does to the parameters so far. */
type CommandLineChange = { readonly add: readonly string[] } | { readonly remove: readonly string[] }

function commandLineChange(value: string): CommandLineChange {
  const rest = parametersOf(value.slice(1))
  if (value.startsWith('+')) return { add: rest }
  if (/^\\[\\+-]/u.test(value)) return { add: rest }
  return value.startsWith('-') ? { remove: rest } : { add: parametersOf(value) }
}

/** The parameters of a kernel command line; blanks in double quotes belong to theirs. */
function parametersOf(text: string): readonly string[] {
  return text.match(/(?:[^\s"]|"[^"]*"?)+/gu) ?? []
}

/**
 * Places the options of a `bootloader` unit. All options whose names begin with `cmdline` add to one command line in their order;
 * one that begins with `-` takes parameters away that earlier ones added.
 */
export function placeBootloader(options: readonly ExpandedOption[]): ReadonlyMap<string, Placement> {
  const parameters = new Map<string, string[]>()
  const placed = new Map<string, Placement>()
  // Quotes are taken off the command line as a whole, so that those of one option among several stay.
  const alone = options.filter((option) => option.name.startsWith('cmdline')).length === 1
  for (const option of options) {
    if (!option.name.startsWith('cmdline')) {
      placed.set(option.name, unsupported(bootReason(option.name)))
      continue
    }
    const change = commandLineChange(alone ? option.value.replace(/^"(.*)"$/su, '$1') : option.value)
    if ('add' in change) parameters.set(option.name, [...change.add])
    else {
      let taken = 0
      for (const [name, list] of parameters) {
        const left = list.filter((parameter) => !change.remove.includes(parameter))
        taken += list.length - left.length
        parameters.set(name, left)
      }
      const gone = change.remove.join(' ')
      placed.set(
        option.name,
        unsupported(
          taken > 0
            ? `It took \`${gone}\` away from what the profile adds; nothing is left to do.`
            : `It takes \`${gone}\` away from what the included profiles add, and none of them adds it.`,
        ),
      )
    }
  }
  for (const [name, list] of parameters)
    placed.set(
      name,
      list.length > 0 ? { kind: 'commandLine', parameters: list } : unsupported('It adds no parameter, or a later option takes all of them away.'),
    )
  return placed
}

function bootReason(name: string): string {
  if (name.startsWith('initrd_')) return 'It builds an image that is laid over the initial RAM disk.'
  if (name === 'grub2_cfg_file') return 'It names the file that tuned edits; parameters go into a drop-in of their own here.'
  if (name === 'skip_grub_config') return 'It keeps tuned from editing the configuration of GRUB; parameters go into a drop-in of their own here.'
  return `tuned's plugin bootloader has no option \`${name}\`; it only logs a warning.`
}
