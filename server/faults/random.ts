/** Numbers that look random and are the same for the same seed: what a seed did once, it does again. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number in [low, high], both included. */
  between(low: number, high: number): number
  /** True once in so many times on average. */
  chance(share: number): boolean
  /** Throws when there is nothing to pick from. */
  pick<T>(items: readonly T[]): T
  /** `count` different items, fewer when there are fewer. */
  sample<T>(items: readonly T[], count: number): T[]
}

/** Mulberry32: 32 bits of state, good enough to choose faults with. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  const pick = <T>(items: readonly T[]): T => {
    if (items.length === 0) throw new Error('unable to pick; there is nothing to pick from')
    return items[between(0, items.length - 1)] as T
  }
  const sample = <T>(items: readonly T[], count: number): T[] => {
    const left = [...items]
    return Array.from({ length: Math.min(count, left.length) }, () => left.splice(between(0, left.length - 1), 1)).flat()
  }
  return { next, between, chance: (share) => next() < share, pick, sample }
}
