/**
 * The version of this package. Built-in modules are asked for by function here: importing one by `import` costs a
 * millisecond, and `--version` has five.
 */
export function readVersion(): string {
  const { readFileSync } = process.getBuiltinModule('fs')
  const manifest = JSON.parse(readFileSync(`${import.meta.dirname}/../package.json`, 'utf8')) as { readonly version: string }
  return manifest.version
}
