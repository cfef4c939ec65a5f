import { firstAgent, type Talk, type TalkHears } from './open-talk.ts'

/** When each message of a run got where, ms since the run began; unset while it has not. */
export interface Tally {
  sent(n: number): void
  hears: TalkHears
  /** Resolves when every message is acknowledged, saved and on every screen; rejects at the first failure, or after `patienceMs`. */
  complete: Promise<void>
  /** ms from send to the acknowledgement, a number each. */
  acked(): number[]
  /** ms from send to the first agent's screen. */
  onAgentScreen(): number[]
  /** When the last message was saved, and when the last screen had its last message. */
  lastSaved(): number
  lastScreen(): number
}

export interface TallyOptions {
  /** The first message's number; the run has `count` from there on. */
  first: number
  count: number
  talk: Pick<Talk, 'screens'>
  patienceMs?: number
  now?: () => number
  onAck?: (n: number) => void
}

export function createTally(options: TallyOptions): Tally {
  const { first, count, talk, patienceMs = 120_000, now = () => performance.now(), onAck } = options
  const starts = new Float64Array(count)
  const acks = new Float64Array(count)
  const agents = new Float64Array(count)
  const saves = new Uint8Array(count)
  const left = { acks: count, saves: count, screens: count * talk.screens }
  const seen = new Uint8Array(count * talk.screens)
  let lastSaved = 0
  let lastScreen = 0
  const settle = createSettler(
    patienceMs,
    () => `${left.acks} acknowledgements, ${left.saves} commits and ${left.screens} screens are missing`,
  )
  const check = () => {
    if (left.acks === 0 && left.saves === 0 && left.screens === 0) settle.done()
  }
  /** Numbers of earlier runs come late; they are not ours. */
  const mine = (n: number): boolean => n >= first && n < first + count
  const onScreen = (n: number, screen: number): void => {
    if (!mine(n)) return
    // A screen shows a message once, however often it comes.
    const place = (n - first) * talk.screens + screen
    if (seen[place] === 1) return
    seen[place] = 1
    lastScreen = now()
    if (screen === firstAgent) agents[n - first] = lastScreen
    left.screens--
    check()
  }
  return {
    sent(n) {
      starts[n - first] = now()
    },
    hears: {
      acked(n) {
        if (!mine(n) || acks[n - first] !== 0) return
        acks[n - first] = now()
        left.acks--
        check()
        onAck?.(n)
      },
      saved(n) {
        if (!mine(n) || saves[n - first] !== 0) return
        saves[n - first] = 1
        lastSaved = now()
        left.saves--
        check()
      },
      screen: onScreen,
      failed: (reason) => settle.fail(reason),
    },
    complete: settle.promise,
    acked: () => differences(acks, starts),
    onAgentScreen: () => differences(agents, starts),
    lastSaved: () => lastSaved,
    lastScreen: () => lastScreen,
  }
}

const differences = (ends: Float64Array, starts: Float64Array): number[] => Array.from(ends, (end, i) => end - (starts[i] as number))

function createSettler(patienceMs: number, missing: () => string) {
  let done = () => {}
  let fail = (_reason: string) => {}
  const promise = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => fail(`after ${patienceMs} ms ${missing()}`), patienceMs)
    done = () => {
      clearTimeout(timer)
      resolve()
    }
    fail = (reason) => {
      clearTimeout(timer)
      reject(new Error(`unable to finish the run; ${reason}`))
    }
  })
  // A failure while messages are still being sent is heard when the run waits for the end.
  promise.catch(() => {})
  return { promise, done: () => done(), fail: (reason: string) => fail(reason) }
}
