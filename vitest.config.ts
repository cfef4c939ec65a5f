import { defineConfig } from 'vitest/config'

/** Three rings: `unit` needs nothing, `real` starts nats-server and Postgres, `browser` adds Chromium. */
const ring = (name: string, include: string[], exclude: string[] = []) => ({
  resolve: { conditions: ['source', 'module', 'import', 'default'] },
  ssr: { resolve: { conditions: ['source', 'node'] } },
  oxc: { jsx: { runtime: 'automatic' as const, importSource: 'preact' } },
  // A hundred runs of a property take their time on a machine that does something else as well.
  test: { name, include, exclude: ['**/node_modules/**', '**/dist/**', ...exclude], testTimeout: 60_000 },
})

const realParts = { globalSetup: ['server/test/global-setup.ts'], fileParallelism: false }

const tests = '{sdk,widget,server,examples}/**/*'

export default defineConfig({
  test: {
    projects: [
      ring('unit', [`${tests}.test.ts`, `${tests}.test.tsx`], ['**/*.real.test.ts', '**/*.browser.test.ts']),
      {
        ...ring('real', [`${tests}.real.test.ts`]),
        test: { ...ring('real', [`${tests}.real.test.ts`]).test, testTimeout: 180_000, hookTimeout: 180_000, ...realParts },
      },
      {
        ...ring('browser', [`${tests}.browser.test.ts`]),
        test: { ...ring('browser', [`${tests}.browser.test.ts`]).test, testTimeout: 120_000, hookTimeout: 180_000, ...realParts },
      },
    ],
  },
})
