/** One reason for which a kernel counts as tainted. */
export interface TaintFlag {
  readonly bit: number
  /** As in an oops message. */
  readonly letter: string
  readonly meaning: string
  /** `problem`: something went wrong in the kernel or hardware. `notice`: a choice, such as a module from outside. */
  readonly kind: 'problem' | 'notice'
}

/** `/proc/sys/kernel/tainted`, decoded. */
export interface KernelTaint {
  readonly value: number
  readonly flags: readonly TaintFlag[]
}

/** Linux, `Documentation/admin-guide/tainted-kernels.rst` and `include/linux/panic.h`: the index is the bit. */
const flags: readonly (readonly [letter: string, meaning: string, kind: TaintFlag['kind']])[] = [
  ['P', 'a proprietary module was loaded', 'notice'],
  ['F', 'a module was loaded by force', 'problem'],
  ['S', 'the kernel runs on a system outside its specification', 'problem'],
  ['R', 'a module was unloaded by force', 'problem'],
  ['M', 'the processor reported a machine check exception', 'problem'],
  ['B', 'a bad page or unexpected page flags were found', 'problem'],
  ['U', 'a user space program asked for the taint', 'notice'],
  ['D', 'the kernel died before (oops or BUG)', 'problem'],
  ['A', 'an ACPI table was overridden', 'notice'],
  ['W', 'the kernel gave a warning', 'problem'],
  ['C', 'a staging driver was loaded', 'notice'],
  ['I', 'a workaround for a bug of the platform firmware is in use', 'notice'],
  ['O', 'a module from outside the kernel was loaded', 'notice'],
  ['E', 'an unsigned module was loaded', 'notice'],
  ['L', 'a soft lockup occurred', 'problem'],
  ['K', 'the kernel was patched while running', 'notice'],
  ['X', 'the distribution set its own taint', 'notice'],
  ['T', 'the kernel was built with structure randomisation', 'notice'],
  ['N', 'a test of the kernel was run inside it', 'notice'],
  ['J', 'user space used a mutating debug operation of fwctl', 'notice'],
]

/** What the bits of a taint value mean; bits that are not known yet get the letter `?`. */
export function decodeTaint(value: number): KernelTaint {
  const found: TaintFlag[] = []
  for (let bit = 0; bit < 53; bit += 1) {
    if (Math.floor(value / 2 ** bit) % 2 === 0) continue
    const [letter, meaning, kind] = flags[bit] ?? ['?', `bit ${bit} is set, which is not known here`, 'notice']
    found.push({ bit, letter, meaning, kind })
  }
  return { value, flags: found }
}
