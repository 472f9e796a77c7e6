import { defineConfig } from 'vitest/config'

/** Unit tests share one process a worker: no module-level state, no module mocks. */
export default defineConfig({
  resolve: { conditions: ['@hostwright/source'] },
  ssr: { resolve: { conditions: ['@hostwright/source', 'node', 'import', 'default'] } },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/system/**'],
    isolate: false,
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    passWithNoTests: true,
    coverage: { include: ['packages/*/src/**', 'apps/*/src/**'], reportsDirectory: 'coverage' },
  },
})
