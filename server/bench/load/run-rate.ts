import type { Talk } from './open-talk.ts'
import { type Tails, tails } from './tails.ts'
import { createTally } from './tally.ts'

export interface RateOptions {
  talk: Talk
  perSecond: number
  count: number
  /** Number of the first message. */
  first: number
  text: (n: number) => string
}

export interface RateResult {
  /** Send → acknowledged to the sender, ms. */
  acked: Tails
  /** Send → the agent's screen, ms. */
  screen: Tails
  /** Messages a second that were really sent: less than asked for when the generator could not keep up. */
  sentPerSecond: number
}

/** Open loop: a message every 1/`perSecond` s, whatever the earlier ones do, so a stall is seen by all that wait behind it. */
export async function runRate({ talk, perSecond, count, first, text }: RateOptions): Promise<RateResult> {
  const tally = createTally({ first, count, talk })
  talk.hear(tally.hears)
  const began = performance.now()
  for (let i = 0; i < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - began) * perSecond) / 1_000) + 1)
    for (; i < due; i++) {
      const body = text(first + i)
      tally.sent(first + i)
      talk.send(i % talk.threads, first + i, body)
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + (i * 1_000) / perSecond - performance.now())))
  }
  const seconds = (performance.now() - began) / 1_000
  await tally.complete
  return { acked: tails(tally.acked()), screen: tails(tally.onAgentScreen()), sentPerSecond: count / seconds }
}
