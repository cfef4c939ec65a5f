import { encode, newId, newMessageId, subjects } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { decodeBatch } from './decode-batch.ts'

const subject = subjects.visitorMessage(newId(), newId())
const message = (seq: number, data = encode({ v: 1, id: newMessageId(), kind: 'text', body: { text: 'hello' } })) => ({
  subject,
  data,
  seq,
  time: new Date(),
})

test('a batch comes in the order of the stream, and what is unreadable beside it', () => {
  const batch = decodeBatch(0, [message(3), message(1), message(2, encode('nonsense'))])
  expect(batch.entries.map(({ row }) => row.seq)).toEqual([1, 3])
  expect(batch.letters.map((letter) => [letter.message.seq, letter.reason])).toEqual([[2, 'the payload is no message']])
})
