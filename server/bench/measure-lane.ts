import { type Summary, summarize } from '../replay/measure.ts'
import type { Lane } from './lane.ts'

export interface Latency {
  /** Send → the stream has it, ms. */
  sent: Summary
  /** Send → the other screen has it, ms. */
  screen: Summary
}

/** Open loop: a message every 1/`perSecond` s, whatever the earlier ones do, so a stall is seen by all that wait behind it. */
export async function measureLatency(
  lane: Lane,
  { perSecond, count, texts }: { perSecond: number; count: number; texts: Texts },
): Promise<Latency> {
  const started = new Map<string, number>()
  const sent: number[] = []
  const screen: number[] = []
  const arrived = arrival(lane, count, (text) => screen.push(performance.now() - (started.get(text) as number)))
  const began = performance.now()
  const sends: Promise<void>[] = []
  for (let i = 0; i < count; i++) {
    await at(began + (i * 1_000) / perSecond)
    const text = texts(i)
    const before = performance.now()
    started.set(text, before)
    sends.push(lane.send(i % lane.senders, text).then(() => void sent.push(performance.now() - before)))
  }
  await Promise.all(sends)
  await arrived
  return { sent: summarize(sent), screen: summarize(screen) }
}

/** Closed loop: every sender keeps `window` messages in flight. Messages a second that reached the other screen. */
export async function measureThroughput(
  lane: Lane,
  { window, perSender, texts }: { window: number; perSender: number; texts: Texts },
): Promise<number> {
  const total = lane.senders * perSender
  const arrived = arrival(lane, total, () => {})
  const began = performance.now()
  const push = async (sender: number, offset: number) => {
    for (let i = offset; i < perSender; i += window) await lane.send(sender, texts(sender * perSender + i))
  }
  const pushes = Array.from({ length: lane.senders }, (_, sender) => Array.from({ length: window }, (_, offset) => push(sender, offset)))
  await Promise.all(pushes.flat())
  await arrived
  return total / ((performance.now() - began) / 1_000)
}

/** The n-th text: real words, and unique, so that a screen tells which message it sees. */
export type Texts = (n: number) => string

/** Texts of about the length people write, from these lines. */
export function numbered(lines: readonly string[], round: string): Texts {
  return (n) => `${lines[n % lines.length]} [${round}.${n}]`
}

/** Resolves when `count` different texts stand on the other screen. */
function arrival(lane: Lane, count: number, onFirst: (text: string) => void): Promise<void> {
  const seen = new Set<string>()
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`unable to measure ${lane.name}; only ${seen.size} of ${count} messages arrived`)),
      120_000,
    )
    const stop = lane.onText((text) => {
      if (seen.has(text)) return
      seen.add(text)
      onFirst(text)
      if (seen.size < count) return
      clearTimeout(timer)
      stop()
      resolve()
    })
  })
}

async function at(time: number): Promise<void> {
  const left = time - performance.now()
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left))
}
