import { beforeEach, describe, expect, it } from 'vitest'
import { colleague, conversation, event, idOf, me, message, myCard } from '../test/conversations.ts'
import { site, visitor } from '../test/memory-server.ts'
import { type Change, ConversationStore, countChange, inOrderOf, isInView } from './conversation-store.ts'

const place = { site, visitor }
let changes: Change[]
let store: ConversationStore
const one = () => store.get(idOf(1))

beforeEach(() => {
  changes = []
  store = new ConversationStore((change) => changes.push(change))
})

describe('a list', () => {
  it('holds what its name says', () => {
    const mine = conversation(1, { status: 'open', assignee: myCard })
    const others = conversation(2, { status: 'open', assignee: colleague })
    const waiting = conversation(3)
    const done = conversation(4, { status: 'resolved' })
    const views = (['mine', 'queue', 'all', 'resolved'] as const).map((view) =>
      [mine, others, waiting, done].filter((each) => isInView(view, each, me)),
    )
    expect(views).toEqual([[mine], [waiting], [mine, others, waiting], [done]])
  })

  it('is in the order of the server', () => {
    const [a, b] = [conversation(1, { lastSeq: 50, resolvedAt: '2026-01-02' }), conversation(2, { lastSeq: 9, resolvedAt: '2026-01-03' })]
    expect([b, a].sort(inOrderOf.mine)).toEqual([a, b])
    expect([b, a].sort(inOrderOf.queue)).toEqual([a, b])
    expect([a, b].sort(inOrderOf.resolved)).toEqual([b, a])
  })
})

describe('a message', () => {
  beforeEach(() => store.put(conversation(1, { status: 'open', assignee: myCard })))

  it('of the visitor is unread and starts the wait', () => {
    expect(store.message(place, message('visitor', 'hello', 10))).toBe(true)
    expect(store.message(place, message('visitor', 'anybody?', 11))).toBe(true)
    expect(one()).toMatchObject({
      unread: 2,
      lastSeq: 11,
      lastMessage: { text: 'anybody?', role: 'visitor' },
      waitingSince: new Date(10).toISOString(),
    })
  })

  it('of an agent ends the wait, a note does not', () => {
    store.message(place, message('visitor', 'hello', 10))
    store.message(place, message('agent', 'hm', 11, true))
    expect(one()?.waitingSince).toBeDefined()
    store.message(place, message('agent', 'hi', 12))
    expect(one()).not.toHaveProperty('waitingSince')
    expect(one()).toMatchObject({ unread: 1, lastMessage: { text: 'hi', note: false } })
  })

  it('that comes twice counts once', () => {
    for (const _ of [1, 2]) store.message(place, message('visitor', 'hello', 10))
    expect(one()?.unread).toBe(1)
  })

  it('of a thread nobody has loaded is told', () => {
    expect(store.message({ site, visitor: 'nobody' }, message('visitor', 'hello', 10))).toBe(false)
    store.event(event({ type: 'conversation.resolved', data: { by: me } }, 1, 20))
    expect(store.message(place, message('visitor', 'again', 21))).toBe(false)
  })
})

describe('an event', () => {
  it('moves the conversation through its life', () => {
    store.put(conversation(1))
    store.event(event({ type: 'conversation.assigned', data: { agent: myCard, by: 'router' } }, 1, 10))
    expect(one()).toMatchObject({ status: 'open', assignee: myCard })
    store.event(event({ type: 'conversation.queued', data: { position: 1, reason: 'agent_gone' } }, 1, 11))
    expect(one()).toMatchObject({ status: 'queued' })
    expect(one()).not.toHaveProperty('assignee')
    store.event(event({ type: 'conversation.resolved', data: { by: me } }, 1, 12))
    expect(one()).toMatchObject({ status: 'resolved', resolvedAt: new Date(12).toISOString() })
  })

  it('that is older than what is known changes nothing', () => {
    store.put(conversation(1, { status: 'resolved', lastSeq: 30 }))
    store.event(event({ type: 'conversation.assigned', data: { agent: myCard, by: 'router' } }, 1, 10))
    expect(one()?.status).toBe('resolved')
  })
})

describe('what the server tells', () => {
  it('does not take back what came live meanwhile', () => {
    store.put(conversation(1, { status: 'open', assignee: myCard }))
    store.message(place, message('visitor', 'newer', 50))
    store.put(conversation(1, { status: 'open', assignee: colleague, lastSeq: 40 }))
    expect(one()).toMatchObject({ lastSeq: 50, unread: 1, lastMessage: { text: 'newer' }, assignee: colleague })
  })

  it('does not make unread again what was just read', () => {
    store.put(conversation(1, { status: 'open', assignee: myCard }))
    store.message(place, message('visitor', 'hello', 10))
    store.read(place, 10)
    expect(one()?.unread).toBe(0)
    store.put({ ...one()!, unread: 1 })
    expect(one()?.unread).toBe(0)
    store.message(place, message('visitor', 'more', 11))
    expect(one()?.unread).toBe(1)
  })
})

describe('counts', () => {
  it('move with what is known, and wait for the server with what is not', () => {
    const start = { mine: 1, queue: 2, all: 3 }
    const before = conversation(1)
    const after = conversation(1, { status: 'open', assignee: myCard })
    expect(countChange(start, { before, after }, me)).toEqual({ mine: 2, queue: 1, all: 3 })
    expect(countChange(start, { before: after, after: { ...after, status: 'resolved' } }, me)).toEqual({ mine: 0, queue: 2, all: 2 })
    expect(countChange(start, { before: undefined, after }, me)).toBe(start)
  })
})
