/** Text of a shell script as it is written, backslashes included; `\${` stands for `${`. */
export function shell(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw(strings, ...values).replaceAll(String.raw`\${`, '${')
}
