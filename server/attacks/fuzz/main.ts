import { fuzzFilter } from './edge-filter.ts'

// In a process of its own V8 has little else to count: `main.ts SEED MS`. Sends the report to its parent.
const [seed = 1, ms = 1_000] = process.argv.slice(2).map(Number)
process.send?.(await fuzzFilter({ seed, ms }))
process.disconnect?.()
