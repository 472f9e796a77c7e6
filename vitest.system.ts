import { defineConfig } from 'vitest/config'

/** System tests use the real kernel and real tools: one file at a time, each in a process of its own. */
export default defineConfig({
  resolve: { conditions: ['@hostwright/source'] },
  ssr: { resolve: { conditions: ['@hostwright/source', 'node', 'import', 'default'] } },
  test: {
    include: ['**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    passWithNoTests: true,
  },
})
