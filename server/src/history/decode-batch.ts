import { isUnreadable, type MessageRow, readMessageRow, type StreamMessage } from '../db/message-row.ts'

/** A message that cannot be stored in its thread, and why. */
export interface DeadLetter {
  message: StreamMessage
  reason: string
}

/** A message and the row it becomes. */
export interface Entry {
  message: StreamMessage
  row: MessageRow
}

export interface DecodedBatch {
  /** In the order of the stream. */
  entries: Entry[]
  letters: DeadLetter[]
}

/** Messages of the stream as rows of their threads. The edge let only well-formed ones in; what is not becomes a dead letter. */
export function decodeBatch(epoch: number, messages: readonly StreamMessage[]): DecodedBatch {
  const batch: DecodedBatch = { entries: [], letters: [] }
  for (const message of messages) {
    const row = readMessageRow(epoch, message)
    if (isUnreadable(row)) batch.letters.push({ message, reason: row.reason })
    else batch.entries.push({ message, row })
  }
  batch.entries.sort((a, b) => a.row.seq - b.row.seq)
  return batch
}
