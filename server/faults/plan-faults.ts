import { createRandom, type Random } from './random.ts'

/** What the plan must know of a fault. */
export interface Plannable {
  id: string
  part: string
  /** Shortest and longest time it lasts, ms. */
  lasts: readonly [number, number]
}

/** One fault, or two at once, and then all is well again. */
export interface Step {
  /** Everything is well for so long before, ms. */
  restMs: number
  lastsMs: number
  /** `luck` seeds the choices the fault makes itself: whom it hits. */
  faults: { id: string; luck: number }[]
}

export interface PlanOptions {
  seed: number
  /** How long all steps take together, ms. There is always one step. */
  totalMs: number
  faults: readonly Plannable[]
}

/** One step in four has two faults. */
const pairs = 0.25
/** Shortest and longest time between steps, ms. */
const rest = [600, 2_500] as const

/**
 * A plan of faults: the same for the same seed. Faults are dealt like cards: each comes once before any comes again, so a
 * plan that is long enough has them all.
 */
export function planFaults({ seed, totalMs, faults }: PlanOptions): Step[] {
  const random = createRandom(seed)
  const steps: Step[] = []
  let deck: Plannable[] = []
  for (let ms = 0; ms < totalMs && faults.length > 0; ) {
    if (deck.length === 0) deck = random.sample(faults, faults.length)
    const step = dealStep(deck, random)
    ms += step.restMs + step.lastsMs
    steps.push(step)
  }
  return steps
}

function dealStep(deck: Plannable[], random: Random): Step {
  const first = deck.shift()!
  const second = random.chance(pairs) ? deck.findIndex(({ part }) => part !== first.part) : -1
  const dealt = second === -1 ? [first] : [first, ...deck.splice(second, 1)]
  return {
    restMs: random.between(...rest),
    lastsMs: Math.max(...dealt.map(({ lasts }) => random.between(...lasts))),
    faults: dealt.map(({ id }) => ({ id, luck: random.between(1, 2 ** 31) })),
  }
}
