import { type Conversation, conversation as conversationShape, conversationsPage, newId, threadPage } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApp, type TestAgent, type TestApp, type TestSite } from '../../test/open-test-app.ts'
import { visitorWithConversations } from './routes/visitors.ts'

let app: TestApp
beforeAll(async () => {
  app = await openTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

async function setUp(): Promise<{ site: TestSite; anna: TestAgent; ben: TestAgent }> {
  const site = await app.addSite()
  return { site, anna: await app.addAgent([site], { name: 'Anna' }), ben: await app.addAgent([site], { name: 'Ben' }) }
}

async function list(agent: TestAgent, query = '') {
  const answer = await app.ask('GET', `/v1/conversations${query}`, { headers: agent.headers })
  expect(answer.status).toBe(200)
  return v.parse(v.strictObject(conversationsPage.entries), answer.json)
}
const idsOf = ({ items }: { items: Conversation[] }) => items.map(({ id }) => id)
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)

describe('the lists', () => {
  test('hold what their names say, in their order, with the counts of all', async () => {
    const { site, anna, ben } = await setUp()
    const first = await app.addConversation(site, { status: 'queued', at: minutesAgo(9), openedSeq: 1 })
    const second = await app.addConversation(site, { status: 'queued', at: minutesAgo(5), openedSeq: 2 })
    const hers = await app.addConversation(site, { status: 'open', assignee: anna.id, openedSeq: 3 })
    const his = await app.addConversation(site, { status: 'open', assignee: ben.id, openedSeq: 4 })
    const older = await app.addConversation(site, { status: 'resolved', at: minutesAgo(60), openedSeq: 5 })
    const newer = await app.addConversation(site, { status: 'resolved', at: minutesAgo(30), openedSeq: 6 })
    await app.addMessage(site.id, hers.visitor, { seq: 50 })

    expect(idsOf(await list(anna, '?view=mine'))).toEqual([hers.id])
    expect(idsOf(await list(anna, '?view=queue'))).toEqual([first.id, second.id])
    expect(idsOf(await list(anna))).toEqual([hers.id, his.id, second.id, first.id])
    expect(idsOf(await list(anna, '?view=resolved'))).toEqual([newer.id, older.id])
    expect((await list(anna, '?view=resolved')).counts).toEqual({ mine: 1, queue: 2, all: 4 })
    expect((await list(ben)).counts).toEqual({ mine: 1, queue: 2, all: 4 })
  })

  test('show visitor, agent, last message, and what this agent has not read', async () => {
    const { site, anna, ben } = await setUp()
    const { id, visitor } = await app.addConversation(site, { status: 'open', assignee: anna.id, openedSeq: 3 })
    await app.db.query(
      `update visitors set name = 'Max', external_id = '42', page = '{"url":"https://shop.example/","title":"Shop"}' where id = $1`,
      [visitor],
    )
    await app.db.query('update conversations set waiting_since = opened_at where id = $1', [id])
    for (const seq of [1, 3, 4]) await app.addMessage(site.id, visitor, { seq })
    await app.addMessage(site.id, visitor, { seq: 5, role: 'agent', author: ben.id, text: 'look at this', internal: true })
    await app.db.query('insert into read_cursors values ($1, $2, $3, 3)', [site.id, visitor, anna.id])

    const [hers] = (await list(anna)).items
    expect(v.parse(v.strictObject(conversationShape.entries), hers)).toMatchObject({
      id,
      site: site.id,
      status: 'open',
      visitor: { id: visitor, name: 'Max', identified: true, page: { title: 'Shop' } },
      assignee: { id: anna.id, name: 'Anna' },
      waitingSince: hers?.openedAt,
      lastMessage: { seq: 5, role: 'agent', text: 'look at this', note: true },
      lastSeq: 5,
      unread: 1,
    })
    // Ben has read nothing: both messages of this conversation, not the one before it.
    expect((await list(ben)).items[0]?.unread).toBe(2)
  })

  test('show a resolved conversation as it ended, whatever was said after it', async () => {
    const { site, anna } = await setUp()
    const { visitor } = await app.addConversation(site, { status: 'resolved', openedSeq: 1, resolvedSeq: 2 })
    for (const seq of [1, 2, 3]) await app.addMessage(site.id, visitor, { seq, text: `message ${seq}` })
    const [item] = (await list(anna, '?view=resolved')).items
    expect(item).toMatchObject({ lastMessage: { seq: 2, text: 'message 2' }, lastSeq: 2, unread: 2 })
  })

  test('show a conversation whose visitor history has not written yet', async () => {
    const { site, anna } = await setUp()
    const { id, visitor } = await app.addConversation(site, { openedSeq: 7 })
    await app.db.query('delete from visitors where id = $1', [visitor])
    expect((await list(anna)).items).toMatchObject([{ id, visitor: { id: visitor, identified: false }, lastSeq: 7, unread: 0 }])
  })

  test.each(['all', 'queue', 'resolved', 'mine'])('come in pages that miss nothing and repeat nothing: %s', async (view) => {
    const { site, anna } = await setUp()
    const status = { all: 'open', queue: 'queued', resolved: 'resolved', mine: 'open' }[view] as 'open' | 'queued' | 'resolved'
    // Three at each moment: ties must not break the pages.
    const made: string[] = []
    for (let i = 0; i < 11; i++) {
      const given = {
        status,
        at: minutesAgo(Math.floor(i / 3)),
        openedSeq: 1 + Math.floor(i / 3),
        ...(status === 'open' ? { assignee: anna.id } : {}),
      }
      made.push((await app.addConversation(site, given)).id)
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await list(anna, `?view=${view}&limit=4${cursor ? `&cursor=${cursor}` : ''}`)
      expect(page.items.length).toBeLessThanOrEqual(4)
      seen.push(...idsOf(page))
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(seen).toEqual(idsOf(await list(anna, `?view=${view}`)))
    expect([...seen].sort()).toEqual([...made].sort())
  })

  test('give exactly the conversations asked for by id', async () => {
    const { site, anna } = await setUp()
    const open = await app.addConversation(site, { status: 'open', assignee: anna.id })
    const done = await app.addConversation(site, { status: 'resolved' })
    await app.addConversation(site)
    const page = await list(anna, `?ids=${open.id},${done.id},${newId()},nonsense,'`)
    expect(idsOf(page).sort()).toEqual([open.id, done.id].sort())
    expect(page.cursor).toBeUndefined()
  })

  test.each(['limit=0', 'limit=201', 'limit=ten', 'view=everything', `ids=${'a'.repeat(3_301)}`])('[S24] refuse %s', async (query) => {
    const { anna } = await setUp()
    const answer = await app.ask('GET', `/v1/conversations?${query}`, { headers: anna.headers })
    expect(answer).toMatchObject({ status: 422, json: { error: { code: 'validation_failed', fields: [{ path: query.split('=')[0] }] } } })
  })

  test('[S24] refuse a cursor that is not theirs', async () => {
    const { anna } = await setUp()
    for (const cursor of ["'; drop table messages; --", 'e30', Buffer.from('[1e400,"x"]').toString('base64url')]) {
      const answer = await app.ask('GET', `/v1/conversations?cursor=${encodeURIComponent(cursor)}`, { headers: anna.headers })
      expect(answer).toMatchObject({
        status: 400,
        json: { error: { code: 'invalid_argument', message: 'unable to list; the cursor is not one of ours' } },
      })
    }
  })
})

describe('what agents decide', () => {
  const act = (agent: TestAgent, id: string, verb: string, body?: object) =>
    app.ask('POST', `/v1/conversations/${id}/${verb}`, { headers: agent.headers, ...(body ? { body } : {}) })

  test('assign to oneself, then a colleague is too late, unless they take it', async () => {
    const { site, anna, ben } = await setUp()
    const { id } = await app.addConversation(site)
    const before = app.woken.times
    const taken = await act(anna, id, 'assign')
    expect(v.parse(v.strictObject(conversationShape.entries), taken.json)).toMatchObject({
      id,
      status: 'open',
      assignee: { id: anna.id, name: 'Anna' },
    })
    expect(app.woken.times).toBe(before + 1)
    const late = await act(ben, id, 'assign', {})
    expect(late).toMatchObject({
      status: 409,
      json: { error: { code: 'already_assigned', message: 'unable to assign the conversation; Anna already has it' } },
    })
    expect((await act(ben, id, 'assign', { take: true })).json).toMatchObject({ assignee: { id: ben.id } })
  })

  test('[S29] of many who take it at once one has it, and all are told the same', async () => {
    const { site, anna, ben } = await setUp()
    const { id } = await app.addConversation(site)
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => act(i % 2 === 0 ? anna : ben, id, 'assign')))
    const [row] = await app.db.query<{ assignee_id: string }>('select assignee_id from conversations where id = $1', [id])
    const winner = row?.assignee_id === anna.id ? 0 : 1
    for (const [i, answer] of answers.entries()) expect(answer.status).toBe(i % 2 === winner ? 200 : 409)
  })

  test('resolve, then reopen: it is theirs', async () => {
    const { site, anna, ben } = await setUp()
    const { id, visitor } = await app.addConversation(site, { status: 'open', assignee: anna.id, openedSeq: 1 })
    await app.addMessage(site.id, visitor, { seq: 3 })
    const resolved = await act(anna, id, 'resolve')
    expect(resolved.json).toMatchObject({ status: 'resolved', lastSeq: 3 })
    expect(resolved.json).toHaveProperty('resolvedAt')
    expect((await act(ben, id, 'assign')).json).toMatchObject({
      error: { code: 'conflict', message: 'unable to assign the conversation; it is resolved, reopen it first' },
    })
    expect((await act(ben, id, 'reopen')).json).toMatchObject({ status: 'open', assignee: { id: ben.id } })
  })

  test('[P7] resolving at a seq from the future swallows nothing: it ends where the stream ends', async () => {
    const { site, anna } = await setUp()
    const { id } = await app.addConversation(site, { status: 'open', assignee: anna.id, openedSeq: 1 })
    await act(anna, id, 'resolve', { seq: 2 ** 52 })
    const [row] = await app.db.query<{ resolved_seq: number }>('select resolved_seq from conversations where id = $1', [id])
    expect(row?.resolved_seq).toBe(1)
  })

  test('an id that is none is not found, like an unknown one', async () => {
    const { anna } = await setUp()
    for (const id of [newId(), 'x', '..%2f', "'", 'A'.repeat(20)]) {
      expect(await act(anna, id, 'resolve')).toMatchObject({ status: 404, json: { error: { code: 'not_found' } } })
    }
  })
})

describe('the visitor behind a conversation', () => {
  test('is a card with all their conversations, newest first', async () => {
    const { site, anna } = await setUp()
    const old = await app.addConversation(site, { status: 'resolved', openedSeq: 1 })
    const current = await app.addConversation(site, { visitor: old.visitor, openedSeq: 5 })
    const answer = await app.ask('GET', `/v1/visitors/${old.visitor}?site=${site.id}`, { headers: anna.headers })
    const card = v.parse(v.strictObject(visitorWithConversations.entries), answer.json)
    expect(idsOf({ items: card.conversations })).toEqual([current.id, old.id])
    expect(card).toMatchObject({ id: old.visitor, identified: false })
  })

  test('[P6] agents see notes in the thread, the visitor never does', async () => {
    const { site, anna } = await setUp()
    const session = await app.ask('POST', '/v1/session', { body: { site: site.key } })
    const { token, visitor } = session.json as { token: string; visitor: { id: string } }
    await app.addConversation(site, { visitor: visitor.id })
    await app.addMessage(site.id, visitor.id, { seq: 1, text: 'hello' })
    await app.addMessage(site.id, visitor.id, { seq: 2, role: 'agent', author: anna.id, text: 'a note about you', internal: true })
    const texts = (json: unknown) => v.parse(threadPage, json).messages.map(({ body }) => ('text' in body ? body.text : body.type))
    const forAgent = await app.ask('GET', `/v1/visitors/${visitor.id}/thread?site=${site.id}`, { headers: anna.headers })
    expect(texts(forAgent.json)).toEqual(['hello', 'a note about you'])
    const forVisitor = await app.ask('GET', '/v1/thread', { headers: { Authorization: `Bearer ${token}` } })
    expect(texts(forVisitor.json)).toEqual(['hello'])
    expect(forVisitor.text).not.toContain('a note')
  })

  test('the pages of a thread follow each other', async () => {
    const { site, anna } = await setUp()
    const { visitor } = await app.addConversation(site)
    for (let seq = 1; seq <= 5; seq++) await app.addMessage(site.id, visitor, { seq })
    const read = async (query: string) => {
      const answer = await app.ask('GET', `/v1/visitors/${visitor}/thread?site=${site.id}${query}`, { headers: anna.headers })
      const page = v.parse(v.strictObject(threadPage.entries), answer.json)
      return [page.messages.map(({ seq }) => seq), page.hasMore]
    }
    expect(await read('&limit=2')).toEqual([[4, 5], true])
    expect(await read('&limit=2&before=4')).toEqual([[2, 3], true])
    expect(await read('&limit=2&before=2')).toEqual([[1], false])
    expect(await read('&limit=3&after=1')).toEqual([[2, 3, 4], true])
  })
})
