import type { Caller, Hears, Line } from './dialect.ts'
import { dialectOf } from './dialect-of.ts'
import type { Target } from './target.ts'

/** Visitors who are there and say nothing; those who are cut off come back by themselves. */
export interface Idle {
  /** Opens lines until there are `count`. */
  growTo(count: number): Promise<void>
  state(): IdleState
  close(): void
}

export interface IdleState {
  open: number
  /** Lines cut since the start. */
  cuts: number
  /** Dials that failed since the start, by what they were told. */
  failures: Record<string, number>
}

export interface IdleOptions {
  target: Target
  /** Dials under way at once. */
  atOnce?: number
  random?: () => number
}

/** Visitors per source address: each has its own 28,000 ports, and those of closed lines rest a minute. */
const perAddress = 5_000

/** Dials after the first that a new visitor makes before the run is given up. */
const arrivalTries = 5

const hears: Hears = { acked() {}, saved() {}, screen() {}, failed() {} }

/** The wait before the next try, ms: random below a ceiling that doubles from half a second to thirty. */
export const retryDelayMs = (tries: number, random: () => number): number => random() * Math.min(30_000, 500 * 2 ** tries)

export function createIdle({ target, atOnce = 50, random = Math.random }: IdleOptions): Idle {
  const dialect = dialectOf(target)
  const lines = new Set<Line>()
  const state: IdleState = { open: 0, cuts: 0, failures: {} }
  let closed = false
  let grown = 0

  const dial = async (caller: Caller, number: number): Promise<void> => {
    const localAddress = `127.0.0.${2 + Math.floor(number / perAddress)}`
    const line: Line = await caller.dial({ hears, localAddress, onClose: () => onCut() })
    lines.add(line)
    state.open++
    const onCut = (): void => {
      lines.delete(line)
      state.open--
      if (closed) return
      state.cuts++
      void comeBack(caller, number)
    }
  }
  const noteFailure = (error: unknown): void => {
    const reason = error instanceof Error ? failureOf(error) : 'unknown'
    state.failures[reason] = (state.failures[reason] ?? 0) + 1
  }
  /** As the SDK does: the first try with the token at hand, later ones with a fresh token, waits growing. */
  const comeBack = async (caller: Caller, number: number): Promise<void> => {
    for (let tries = 0; !closed; tries++) {
      await new Promise((resolve) => setTimeout(resolve, retryDelayMs(tries, random)))
      try {
        if (tries > 0) await caller.renew()
        return await dial(caller, number)
      } catch (error) {
        noteFailure(error)
      }
    }
  }
  const arrive = async (number: number): Promise<void> => {
    for (let tries = 0; ; tries++) {
      try {
        return await dial(await dialect.visitor(0), number)
      } catch (error) {
        if (tries === arrivalTries || closed) throw error
        noteFailure(error)
        await new Promise((resolve) => setTimeout(resolve, retryDelayMs(tries, random)))
      }
    }
  }
  return {
    async growTo(count) {
      const open = async (): Promise<void> => {
        while (grown < count) {
          await arrive(grown++)
        }
      }
      await Promise.all(Array.from({ length: atOnce }, open))
    },
    state: () => ({ ...state, failures: { ...state.failures } }),
    close() {
      closed = true
      for (const line of lines) line.close()
    },
  }
}

/** A failure without its numbers, so that a thousand of a kind count as one. */
const failureOf = (error: Error): string =>
  `${error.message}${error.cause instanceof Error ? ` (${error.cause.message})` : ''}`.replace(/\d{4,}/g, '…').slice(0, 200)
