import { defineConfig } from 'vitest/config'

/** The tests that stand beside the modules of `stryker.config.mjs`; none of them needs a server. */
export default defineConfig({
  resolve: { conditions: ['source', 'module', 'import', 'default'] },
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    include: [
      'server/src/{access,edge,history,router}/**/*.test.ts',
      'sdk/src/{gaps,identify,outbox,outbox-model,sender,sender-places,sender-states,timeline,small-parts,thread}.test.ts',
      'sdk/src/protocol/**/*.test.ts',
    ],
    exclude: ['**/*.{real,browser}.test.ts', '**/node_modules/**'],
  },
})
