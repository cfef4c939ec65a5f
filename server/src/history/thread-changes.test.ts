import { newMessageId } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import type { MessageRow } from '../db/message-row.ts'
import { threadChanges } from './thread-changes.ts'

const site = 'site0000000000000000'
const [anna, ben, agent] = ['anna0000000000000000', 'ben00000000000000000', 'agent000000000000000']
const at = (seq: number) => new Date(Date.UTC(2026, 4, 1, 10, 0, seq))

type Who = 'visitor' | 'agent' | 'note'
function row(seq: number, who: Who, text = `${who} ${seq}`, visitor = anna): MessageRow {
  const author = who === 'visitor' ? ({ role: 'visitor', id: visitor } as const) : ({ role: 'agent', id: agent } as const)
  return { site, visitor, seq, at: at(seq), id: newMessageId(), author, internal: who === 'note', kind: 'text', body: { text } }
}
function fact(seq: number): MessageRow {
  const id = newMessageId()
  const body = { v: 1, id, conversation: 'c000000000000000', type: 'conversation.opened', data: {} } as const
  return { site, visitor: anna, seq, at: at(seq), id, author: { role: 'server', id: 'server' }, internal: false, kind: 'event', body }
}
const waiting = (...rows: MessageRow[]) => threadChanges(rows)[0]?.waitingSince

test('a thread’s last message is its newest message or note, never an event', () => {
  const [change] = threadChanges([row(1, 'visitor', 'help'), row(2, 'note', 'knows us'), fact(3)])
  expect(change).toMatchObject({ lastSeq: 3, firstAt: at(1), askedSeq: 1, askedAt: at(1), answeredSeq: 0 })
  expect(change?.lastMessage).toEqual({ seq: 2, at: at(2).toISOString(), role: 'agent', text: 'knows us', note: true })
  expect(threadChanges([fact(1)])[0]?.lastMessage).toBeNull()
})

test('a visitor waits since their first message after the last answer; notes are no answer', () => {
  expect(waiting(row(1, 'visitor'), row(2, 'visitor'))).toEqual(at(1))
  expect(waiting(row(1, 'visitor'), row(2, 'note'))).toEqual(at(1))
  expect(waiting(row(1, 'visitor'), row(2, 'agent'))).toBeNull()
  expect(waiting(row(1, 'visitor'), row(2, 'agent'), row(3, 'visitor'), row(4, 'visitor'))).toEqual(at(3))
})

test('threads come in one order, whatever the order of the batch', () => {
  const visitors = (rows: MessageRow[]) => threadChanges(rows).map((change) => change.visitor)
  expect(visitors([row(1, 'visitor', 'a', ben), row(2, 'visitor', 'b', anna)])).toEqual([anna, ben])
  expect(visitors([row(1, 'visitor', 'b', anna), row(2, 'visitor', 'a', ben)])).toEqual([anna, ben])
})

test('a long text is cut, never inside a character', () => {
  const text = (length: number) => threadChanges([row(1, 'visitor', `${'a'.repeat(length)}😀😀`)])[0]?.lastMessage?.text ?? ''
  expect(text(10)).toBe(`${'a'.repeat(10)}😀😀`)
  expect(text(239)).toBe(`${'a'.repeat(239)}…`)
  expect(text(238)).toBe(`${'a'.repeat(238)}😀…`)
  expect(JSON.stringify(text(239))).not.toContain('\\ud83d')
})
