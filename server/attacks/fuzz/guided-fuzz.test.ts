import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRandom } from '../../faults/random.ts'
import { type Coverage, startCoverage } from './coverage.ts'
import { guidedFuzz } from './guided-fuzz.ts'
import { openLock } from './lock.fixture.ts'

const inputs = 5_000

let coverage: Coverage

beforeAll(() => {
  coverage = startCoverage((url) => url.includes('lock.fixture'))
})
afterAll(() => coverage.stop())

/** Coverage that never tells anything: what is left is chance. */
const blind: Coverage = { take: () => new Set(), stop() {} }

const attack = (seed: number, eyes: Coverage) =>
  guidedFuzz({
    target: openLock,
    // A dot is a slash but for one bit.
    seeds: [Buffer.from('.....')],
    dictionary: [Buffer.from('x')],
    random: createRandom(seed),
    coverage: eyes,
    runs: inputs,
  })

describe('fuzzing led by coverage', () => {
  test.each([1, 2, 3])('finds what takes five right bytes, a step at a time (seed %i)', async (seed) => {
    const { failure, runs } = await attack(seed, coverage)
    expect(failure).toMatchObject({ reason: 'open' })
    expect(failure?.input.toString('latin1')).toMatch(/^[/]{5}/)
    expect(runs).toBeLessThan(inputs)
  })

  test.each([1, 2, 3])('which chance does not (seed %i)', async (seed) => {
    expect(await attack(seed, blind)).toEqual({ runs: inputs, kept: 1, ways: 0 })
  })
})
