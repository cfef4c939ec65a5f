import { encode, newId, newMessageId, subjects, toSeq } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { readMessageRow } from './message-row.ts'

const [site, visitor, agent, conversation] = [newId(), newId(), newId(), newId()]
const id = newMessageId()
const time = new Date('2026-05-01T10:00:00Z')
const text = encode({ v: 1, id, kind: 'text', body: { text: 'hello' }, extra: 'ignored' })
const read = (subject: string, data: Uint8Array) => readMessageRow(2, { subject, data, seq: 7, time })
const place = { site, visitor, seq: toSeq(2, 7), at: time, id }

test('[P6] who wrote a row and who may see it stand in its subject', () => {
  const said = { ...place, kind: 'text', body: { text: 'hello' } }
  expect(read(subjects.visitorMessage(site, visitor), text)).toEqual({ ...said, author: { role: 'visitor', id: visitor }, internal: false })
  expect(read(subjects.agentMessage(site, visitor, agent), text)).toEqual({
    ...said,
    author: { role: 'agent', id: agent },
    internal: false,
  })
  expect(read(subjects.note(site, visitor, agent), text)).toEqual({ ...said, author: { role: 'agent', id: agent }, internal: true })
})

test('events are the server’s; the internal ones only agents see', () => {
  const resolved = { v: 1, id, conversation, type: 'conversation.resolved', data: { by: agent } }
  const decided = { v: 1, id, conversation, type: 'routing.decided', data: { considered: [] } }
  const author = { role: 'server', id: 'server' }
  expect(read(subjects.event(site, visitor), encode(resolved))).toEqual({
    ...place,
    author,
    kind: 'event',
    body: resolved,
    internal: false,
  })
  expect(read(subjects.internal(site, visitor), encode(decided))).toEqual({
    ...place,
    author,
    kind: 'event',
    body: decided,
    internal: true,
  })
})

test('what is no message of its subject is unreadable, whatever it is', () => {
  const event = encode({ v: 1, id, conversation, type: 'conversation.resolved', data: { by: agent } })
  const bad: [string, Uint8Array][] = [
    [subjects.visitorMessage(site, visitor), event],
    [subjects.visitorMessage(site, visitor), new Uint8Array([0xff, 0xfe])],
    [subjects.visitorMessage(site, visitor), encode({ v: 1, id, kind: 'text', body: { text: 'a\0b' } })],
    [subjects.visitorMessage(site, visitor), encode({ v: 1, id: 'not-an-id', kind: 'text', body: { text: 'hello' } })],
    [subjects.event(site, visitor), text],
    [subjects.internal(site, visitor), event],
    ['chat.too.short.visitor', text],
    [`pulse.${site}.${visitor}.visitor`, text],
  ]
  for (const [subject, data] of bad)
    expect(read(subject, data), subject).toEqual({ reason: expect.stringMatching(/^the (subject|payload) is n/) })
})
