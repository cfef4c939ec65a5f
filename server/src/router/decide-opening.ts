/** What stands of a visitor's conversations. Positions are seqs, 0 where there is none. */
export interface Standing {
  /** The unresolved conversation, if there is one: where it begins, and the newest message counted to it. */
  unresolved: { openedSeq: number; askedSeq: number } | undefined
  /** Where the last resolved one ends. */
  resolvedSeq: number
  /** The newest message that was counted to the last resolved one, although its end lies before it. */
  overlookedSeq: number
}

/**
 * What messages of a visitor mean for their conversations.
 * `open`: they begin a new one · `count`: the unresolved one now reaches from `openedSeq` to `askedSeq` · `nothing`: seen before.
 */
export type Opening =
  | { act: 'open'; openedSeq: number; askedSeq: number }
  | { act: 'count'; openedSeq: number; askedSeq: number }
  | { act: 'nothing' }

/**
 * Decides over the seqs of one visitor's messages. They may come again, and in any order: several servers share the work. What
 * is not after the end of the last resolved conversation belongs to it or to one before.
 */
export function decideOpening({ unresolved, resolvedSeq, overlookedSeq }: Standing, seqs: readonly number[]): Opening {
  const overlooked = unresolved === undefined && overlookedSeq > resolvedSeq ? [resolvedSeq + 1, overlookedSeq] : []
  const fresh = [...seqs, ...overlooked].filter((seq) => seq > resolvedSeq)
  if (fresh.length === 0) return { act: 'nothing' }
  const openedSeq = Math.min(...fresh, unresolved?.openedSeq ?? Number.POSITIVE_INFINITY)
  const askedSeq = Math.max(...fresh, unresolved?.askedSeq ?? 0)
  if (unresolved === undefined) return { act: 'open', openedSeq, askedSeq }
  if (openedSeq === unresolved.openedSeq && askedSeq === unresolved.askedSeq) return { act: 'nothing' }
  return { act: 'count', openedSeq, askedSeq }
}
