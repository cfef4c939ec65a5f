import { expect, test } from 'vitest'
import { filterSeeds, fuzzFilter } from './edge-filter.ts'

test('[P6] [S33] wherever coverage leads, the filter passes on only what is the visitor’s, however it is cut', async () => {
  const report = await fuzzFilter({ seed: 1, runs: 3_000 })
  expect(report.failure).toBeUndefined()
  // Led: far more ways than the seeds take by themselves.
  expect(report.kept).toBeGreaterThan(2 * filterSeeds.length)
})
