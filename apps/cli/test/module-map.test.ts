import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { directImports, moduleMap } from '../build/module-map.ts'

const core = fileURLToPath(new URL('../../../packages/core/src/', import.meta.url))

describe('moduleMap', () => {
  it('finds the module that defines each exported value', async () => {
    const map = await moduleMap(`${core}index.ts`)
    expect(map['HostwrightError']).toBe(`${core}errors.ts`)
    expect(map['parseDuration']).toBe(`${core}command-line/quantity-text.ts`)
    expect(map['applyPlan']).toBe(`${core}transaction/apply-plan.ts`)
    expect(Object.keys(map).toSorted()).toEqual(Object.keys(await import('@hostwright/core')).toSorted())
  })
})

describe('directImports', () => {
  const maps = { '@hostwright/core': { a: '/core/a.ts', b: '/core/b.ts' } }

  it('leads every value to its module and drops types', () => {
    expect(directImports("import {\n  a,\n  type T,\n  b as c,\n} from '@hostwright/core'\nexport { a } from '@hostwright/core'\n", maps)).toBe(
      "import { a } from '/core/a.ts';import { b as c } from '/core/b.ts'\nexport { a } from '/core/a.ts'\n",
    )
  })

  it('leaves everything else alone', () => {
    const source = "import type { T } from '@hostwright/core'\nimport * as z from 'zod'\nconst text = `import { a } from`\n"
    expect(directImports(source, maps)).toBe(source)
  })

  it('refuses a name that the package does not export', () => {
    expect(() => directImports("import { x } from '@hostwright/core'", maps)).toThrow('@hostwright/core exports no x')
  })
})
