import type { IdleState } from './idle.ts'
import type { TalkShape } from './open-talk.ts'
import type { FlatResult } from './run-flat.ts'
import type { RateResult } from './run-rate.ts'
import type { Target } from './target.ts'

/** What the bench asks of a load process, and what it answers. */
export interface Orders {
  /** Opens threads with their tabs, and the agents. */
  open: { ask: { target: Target } & TalkShape; answer: null }
  /** A message in every thread, so that conversations are open before anything is measured. */
  warm: { ask: Record<never, never>; answer: null }
  flat: { ask: { window: number; perThread: number }; answer: FlatResult }
  rate: { ask: { perSecond: number; count: number }; answer: RateResult }
  close: { ask: Record<never, never>; answer: null }
  /** Opens idle visitors until there are `count`. */
  idle: { ask: { target: Target; count: number }; answer: IdleState }
  idleState: { ask: Record<never, never>; answer: IdleState }
  idleClose: { ask: Record<never, never>; answer: null }
}

export type OrderType = keyof Orders

/** One at a time: the next order comes after the answer. */
export type Order = { [Type in OrderType]: { type: Type; ask: Orders[Type]['ask'] } }[OrderType]

export type Reply = { answer: Orders[OrderType]['answer'] } | { error: string }
