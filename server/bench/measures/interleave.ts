/** What was measured on each side, round by round, by the side's name. */
export type Rounds<T> = Map<string, T[]>

/**
 * Measures side after side, `rounds` times; who begins moves on, so no side always has the warm machine. Round −1 warms all of
 * them up and is not counted.
 */
export async function interleave<Side extends { readonly name: string }, T>(options: {
  sides: readonly Side[]
  rounds: number
  measure: (side: Side, round: number) => Promise<T>
  log: (line: string) => void
}): Promise<Rounds<T>> {
  const { sides, rounds, measure, log } = options
  const results: Rounds<T> = new Map(sides.map(({ name }) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < sides.length; turn++) {
      const side = sides[(round + 1 + turn) % sides.length] as Side
      const result = await measure(side, round)
      if (round >= 0) results.get(side.name)?.push(result)
    }
    log(round < 0 ? 'warm-up done' : `round ${round + 1} of ${rounds} done`)
  }
  return results
}

/** One number of every round, by side. */
export const pick = <T>(rounds: Rounds<T>, read: (result: T) => number): Record<string, number[]> =>
  Object.fromEntries([...rounds].map(([name, results]) => [name, results.map(read)]))
