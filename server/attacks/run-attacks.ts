import { type Attack, type Attempt, attempt, judge, type Verdict } from './attempt.ts'
import type { Ground } from './kit/ground.ts'

/** What came of one case. */
export interface AttackResult {
  readonly id: string
  readonly title: string
  readonly verdict: Verdict
  readonly attempts: readonly Attempt[]
  readonly seconds: number
}

/** Longest a case may take, ms; one that does not end has failed. */
const patienceMs = 90_000

/** Runs the cases one after the other. A case that throws has failed with what it threw. */
export async function runAttacks(
  attacks: readonly Attack[],
  ground: Ground,
  onResult: (result: AttackResult) => void,
): Promise<AttackResult[]> {
  const results: AttackResult[] = []
  for (const attack of attacks) {
    const since = performance.now()
    const attempts = await inTime(attack, ground).catch((error: unknown) => [attempt('the case itself', false, wordsOf(error))])
    const { id, title } = attack
    const result = { id, title, verdict: judge(attempts), attempts, seconds: (performance.now() - since) / 1_000 }
    onResult(result)
    results.push(result)
  }
  return results
}

async function inTime(attack: Attack, ground: Ground): Promise<readonly Attempt[]> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not end within ${patienceMs / 1_000} s`)), patienceMs)
  })
  return Promise.race([attack.run(ground), late]).finally(() => clearTimeout(timer))
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? `${error.message} ${error.stack?.split('\n')[1]?.trim()}` : String(error)
