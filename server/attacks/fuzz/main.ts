import { createRandom } from '../../faults/random.ts'
import { startCoverage } from './coverage.ts'
import { feedFilter, filterSeeds, filterWords } from './edge-filter.ts'
import { guidedFuzz } from './guided-fuzz.ts'

// Fuzzes the edge's filter in a process of its own, where V8 has little else to count: `main.ts SEED MS`. Sends the report to its parent.
const [seed = 1, ms = 1_000] = process.argv.slice(2).map(Number)
const coverage = startCoverage((url) => url.includes('/server/src/edge/'))
process.send?.(
  await guidedFuzz({ target: feedFilter, seeds: filterSeeds, dictionary: filterWords, random: createRandom(seed), coverage, ms }),
)
process.disconnect?.()
