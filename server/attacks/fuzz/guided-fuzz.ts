import { setImmediate as breath } from 'node:timers/promises'
import type { Random } from '../../faults/random.ts'
import type { Coverage } from './coverage.ts'
import { mutate } from './mutate.ts'

export interface GuidedFuzz {
  /** Throws when it finds what must not be. */
  target: (input: Buffer) => void
  /** Inputs to begin with, at least one. */
  seeds: readonly Buffer[]
  /** Words that the target reads. */
  dictionary: readonly Buffer[]
  random: Random
  coverage: Coverage
  /** Inputs to try; default: as many as there is time for. */
  runs?: number
  /** When to end, ms from now; default: never. */
  ms?: number
}

export interface FuzzReport {
  /** Inputs tried. */
  runs: number
  /** Inputs kept, the seeds among them, because they took a way that none had taken before. */
  kept: number
  /** Ways through functions that were taken. */
  ways: number
  /** The first input that the target threw at. */
  failure?: { input: Buffer; reason: string }
}

/** Inputs after which others in the process have their turn: some tenths of a second. */
const breathEvery = 200

/**
 * Fuzzing led by coverage: an input that takes a new way through some function is kept and changed further, so that what takes many right
 * steps is found a step at a time. Ends at the first failure.
 */
export async function guidedFuzz(options: GuidedFuzz): Promise<FuzzReport> {
  const { target, seeds, dictionary, random, coverage, runs = Number.POSITIVE_INFINITY, ms = Number.POSITIVE_INFINITY } = options
  const end = performance.now() + ms
  const corpus: Buffer[] = []
  const ways = new Set<string>()
  let tried = 0
  for (; tried < runs && performance.now() < end; tried++) {
    if (tried % breathEvery === 0) await breath()
    const input = seeds[tried] ?? mutate(random.pick(corpus), random.pick(corpus), dictionary, random)
    try {
      target(input)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return { runs: tried + 1, kept: corpus.length, ways: ways.size, failure: { input, reason } }
    }
    const known = ways.size
    for (const way of coverage.take()) ways.add(way)
    if (ways.size > known || tried < seeds.length) corpus.push(input)
  }
  return { runs: tried, kept: corpus.length, ways: ways.size }
}
