/** Room for 2^40 messages in one life of the stream; 2^13 lives fit below 2^53. */
const span = 2 ** 40

/**
 * The position of a message in its thread and in all threads: `epoch · 2^40 + stream sequence`, a safe integer. [R3]
 * A higher epoch sorts after everything of the lives before it.
 */
export const toSeq = (epoch: number, streamSeq: number): number => epoch * span + streamSeq

/** The life of the stream that a seq belongs to. */
export const epochOf = (seq: number): number => Math.floor(seq / span)

/** The stream sequence inside its epoch. */
export const streamSeqOf = (seq: number): number => seq % span
