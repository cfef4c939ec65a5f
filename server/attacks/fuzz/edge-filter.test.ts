import { expect, test } from 'vitest'
import { createRandom } from '../../faults/random.ts'
import { startCoverage } from './coverage.ts'
import { feedFilter, filterSeeds, filterWords } from './edge-filter.ts'
import { guidedFuzz } from './guided-fuzz.ts'

test('[P6] [S33] wherever coverage leads, the filter passes on only what is the visitor’s, however it is cut', async () => {
  const coverage = startCoverage((url) => url.includes('/server/src/edge/'))
  const report = await guidedFuzz({
    ...{ target: feedFilter, seeds: filterSeeds, dictionary: filterWords, coverage },
    ...{ random: createRandom(1), runs: 3_000 },
  })
  coverage.stop()
  expect(report.failure).toBeUndefined()
  // Led: far more ways than the seeds take by themselves.
  expect(report.kept).toBeGreaterThan(2 * filterSeeds.length)
})
