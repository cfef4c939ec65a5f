import type { Cancel } from './clock.ts'
import { type Deferred, deferred } from './deferred.ts'
import type { Outbox, OutboxEntry } from './outbox.ts'
import type { TimelineMessage } from './types.ts'

/** `writing` into the outbox → `waiting` → `flying` → `stored` (forgotten when saved), or `failed`. */
export type Phase = 'writing' | 'waiting' | 'flying' | 'stored' | 'failed'

/** A message of the sender's. */
export interface Pending extends Deferred<TimelineMessage> {
  entry: OutboxEntry
  /** Where the entry is kept. */
  outbox: Outbox | undefined
  phase: Phase
  item: TimelineMessage
  /** Where it was last said to stand; undefined: nowhere. */
  seq: number | undefined
  /** Times it was said to stand in the stream. */
  seen: number
  /** Times it was stored and not saved in time. */
  rounds: number
  /** Its author has asked for it again: age does not matter. */
  asked: boolean
  cancel: Cancel
}

export const createPending = (entry: OutboxEntry, phase: Phase, item: TimelineMessage): Pending => ({
  entry,
  outbox: undefined,
  phase,
  item,
  seq: undefined,
  seen: 0,
  rounds: 0,
  asked: false,
  cancel: () => {},
  ...deferred<TimelineMessage>(),
})
