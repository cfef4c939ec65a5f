import { encode, newId, newMessageId, subjects, toSeq } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import type { ConsumedMessage } from '../bus/bus.ts'
import { groupByThread } from './group-by-thread.ts'

const [site, anna, ben] = [newId(), newId(), newId()]
const at = new Date('2030-01-01T12:00:00Z')

function delivered(seq: number, subject: string, payload: unknown): ConsumedMessage {
  const nothing = () => {}
  return {
    subject,
    data: encode(payload),
    header: () => undefined,
    seq,
    time: at,
    deliveryCount: 1,
    ack: nothing,
    working: nothing,
    nak: nothing,
    term: nothing,
  }
}
const id = newMessageId()
const hello = { v: 1, id, kind: 'text', body: { text: 'hello' } }

test('[P7] a batch is decided in the order in which visitors wrote', () => {
  const batch = [
    delivered(4, subjects.visitorMessage(site, ben), hello),
    delivered(5, subjects.visitorMessage(site, anna), hello),
    delivered(6, subjects.visitorMessage(site, ben), hello),
  ]
  const { threads, unreadable } = groupByThread(2, batch)
  expect(unreadable).toEqual([])
  expect(threads.map(({ visitor, messages }) => ({ visitor, messages }))).toEqual([
    { visitor: ben, messages: [4, 6].map((seq) => ({ id, seq: toSeq(2, seq), at })) },
    { visitor: anna, messages: [{ id, seq: toSeq(2, 5), at }] },
  ])
  expect(threads[0]?.delivered).toEqual([batch[0], batch[2]])
})

test('[P6] what is no message of a visitor opens nothing', () => {
  const batch = [
    delivered(1, subjects.event(site, anna), hello),
    delivered(2, 'chat.short.id.visitor', hello),
    delivered(3, subjects.visitorMessage(site, anna), { v: 1, kind: 'text' }),
  ]
  expect(groupByThread(0, batch)).toEqual({ threads: [], unreadable: batch })
})
