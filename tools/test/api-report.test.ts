import { expect, it } from 'vitest'
import { reportProblems } from '../api-report.ts'

const main = `
// @public
export function documented(): void;

// @public (undocumented)
export function bare(a: string): void;

// @public (undocumented)
export interface Options<T> {
    // (undocumented)
    readonly field: T;
}

// Warning: (ae-forgotten-export) The symbol "Hidden" needs to be exported by the entry point index.d.ts
// Warning: (ae-forgotten-export) The symbol "Elsewhere" needs to be exported by the entry point index.d.ts
//
// @public
export const list: readonly Hidden[];
`
const testing = `
// @public
export interface Elsewhere {
}

// Warning: (ae-forgotten-export) The symbol "Hidden" needs to be exported by the entry point testing.d.ts
`

it('names exports without documentation, and types that no entry point of the package exports', () => {
  expect(reportProblems([main, testing])).toEqual([
    'export function bare has no TSDoc comment',
    'export interface Options has no TSDoc comment',
    'Hidden is part of the public API, but not exported',
  ])
  expect(reportProblems([testing.split('\n// Warning')[0] ?? ''])).toEqual([])
})
