import { newId } from '@usher-chat/sdk/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApp, type TestAgent, type TestApp, type TestSite } from '../../test/open-test-app.ts'
import { routesOf } from './routes.ts'

let app: TestApp
let site: TestSite
let mine: TestAgent
let stranger: TestAgent
let conversation: { id: string; visitor: string }

beforeAll(async () => {
  app = await openTestApp()
  site = await app.addSite()
  mine = await app.addAgent([site])
  stranger = await app.addAgent([await app.addSite()])
  conversation = await app.addConversation(site, { status: 'open', assignee: mine.id })
  await app.addMessage(site.id, conversation.visitor, { seq: 1, text: 'a secret' })
})
afterAll(() => app[Symbol.asyncDispose]())

/** The table of routes, with an address for the conversation or visitor of `site`. */
const specs = () => routesOf(app.deps).map(({ spec }) => spec)
const agentRoutes = () => specs().filter(({ who }) => who === 'agent')
const withObject = () => agentRoutes().filter(({ path }) => path.includes('{id}'))

function address(path: string, object: { conversation: string; visitor: string; site: string }): string {
  const isVisitor = path.startsWith('/v1/visitors/')
  return path.replace('{id}', isVisitor ? object.visitor : object.conversation) + (isVisitor ? `?site=${object.site}` : '')
}
const ours = () => ({ conversation: conversation.id, visitor: conversation.visitor, site: site.id })

const headersOf = (...sets: Record<string, string>[]) => sets

describe('[S8] [P6] whoever is not logged in', () => {
  test('gets nothing from any route of agents', async () => {
    expect(agentRoutes().length).toBeGreaterThanOrEqual(10)
    for (const { method, path } of agentRoutes()) {
      for (const headers of headersOf({}, { Authorization: 'Bearer x' }, { Cookie: '__Host-usher=x' })) {
        const answer = await app.ask(method.toUpperCase(), address(path, ours()), {
          headers: { 'Content-Type': 'application/json', ...headers },
        })
        expect(answer, `${method} ${path}`).toMatchObject({ status: 401, json: { error: { code: 'unauthenticated' } } })
      }
    }
  })

  test('gets nothing from any route of visitors', async () => {
    const visitorRoutes = specs().filter(({ who }) => who === 'visitor')
    expect(visitorRoutes.length).toBeGreaterThanOrEqual(2)
    for (const { method, path } of visitorRoutes) {
      for (const headers of headersOf(
        {},
        { Authorization: 'Bearer x' },
        { Authorization: 'Basic eDp5' },
        { Authorization: '' },
        mine.headers,
      )) {
        const answer = await app.ask(method.toUpperCase(), path, { headers })
        expect(answer.status, `${method} ${path}`).toBe(401)
      }
    }
  })

  test('an agent’s cookie opens no visitor’s thread, and a visitor’s token nothing of agents', async () => {
    const session = await app.ask('POST', '/v1/session', { body: { site: site.key } })
    const { token } = session.json as { token: string }
    for (const { method, path } of agentRoutes()) {
      const headers = { Authorization: `Bearer ${token}`, Cookie: `__Host-usher=${token}`, 'Content-Type': 'application/json' }
      expect((await app.ask(method.toUpperCase(), address(path, ours()), { headers })).status, path).toBe(401)
    }
  })
})

describe('[S8] [S9] [P6] an agent of another site', () => {
  test('gets, for what is there, the very answer given for what is not', async () => {
    expect(withObject().length).toBeGreaterThanOrEqual(6)
    const nothing = { conversation: newId(), visitor: newId(), site: newId() }
    for (const { method, path } of withObject()) {
      const body = method === 'get' ? {} : { body: {} }
      const ask = (object: typeof nothing) => app.ask(method.toUpperCase(), address(path, object), { headers: stranger.headers, ...body })
      const [foreign, missing] = [await ask(ours()), await ask(nothing)]
      expect(foreign.status, path).toBe(404)
      expect(withoutId(foreign.json)).toEqual(withoutId(missing.json))
    }
  })

  test('sees no conversation, by no view and by no id, and none in the counts', async () => {
    for (const query of ['view=mine', 'view=queue', 'view=all', 'view=resolved', `ids=${conversation.id}`]) {
      const answer = await app.ask('GET', `/v1/conversations?${query}`, { headers: stranger.headers })
      expect(answer.json, query).toEqual({ items: [], counts: { mine: 0, queue: 0, all: 0 } })
    }
  })

  test('cannot be given a conversation of this site', async () => {
    const answer = await app.ask('POST', `/v1/conversations/${conversation.id}/assign`, {
      headers: mine.headers,
      body: { agent: stranger.id, take: true },
    })
    expect(answer).toMatchObject({ status: 404, json: { error: { code: 'not_found' } } })
  })

  test('cannot combine a visitor of this site with a site of their own', async () => {
    const own = (await app.ask('GET', '/v1/me', { headers: stranger.headers })).json as { sites: { id: string }[] }
    const path = `/v1/visitors/${conversation.visitor}`
    expect((await app.ask('GET', `${path}?site=${own.sites[0]?.id}`, { headers: stranger.headers })).status).toBe(404)
    const thread = await app.ask('GET', `${path}/thread?site=${own.sites[0]?.id}`, { headers: stranger.headers })
    expect(thread.json).toMatchObject({ messages: [] })
  })

  test('changed nothing by all of this', async () => {
    const answer = await app.ask('GET', `/v1/conversations/${conversation.id}`, { headers: mine.headers })
    expect(answer.json).toMatchObject({ status: 'open', assignee: { id: mine.id } })
  })
})

const withoutId = (json: unknown) => JSON.parse(JSON.stringify(json, (key, value) => (key === 'requestId' ? undefined : value)))

describe('[S25] a write with a cookie that does not come from our own page', () => {
  const sources: [string, Record<string, string>][] = [
    ['another site', { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example', 'Content-Type': 'application/json' }],
    ['a sibling host', { 'Sec-Fetch-Site': 'same-site', Origin: 'https://blog.chat.example', 'Content-Type': 'application/json' }],
    ['an older browser on another site', { Origin: 'https://evil.example', 'Content-Type': 'application/json' }],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['a fetch with text/plain', { 'Content-Type': 'text/plain' }],
    ['nowhere', { 'Content-Type': '' }],
  ]
  test.each(sources)('is refused on every route when it comes from %s', async (_, headers) => {
    const writes = specs().filter(({ who, method }) => (who === 'agent' || who === 'stranger') && method !== 'get')
    expect(writes.length).toBeGreaterThanOrEqual(6)
    for (const { method, path } of writes) {
      const answer = await app.ask(method.toUpperCase(), address(path, ours()), { headers: { ...mine.headers, ...headers }, body: '{}' })
      expect(answer, path).toMatchObject({
        status: 403,
        json: { error: { code: 'forbidden', message: 'unable to do that; the request comes from another website' } },
      })
    }
  })

  test('is taken from our own page', async () => {
    for (const headers of headersOf(
      { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://chat.example' },
      { Origin: 'https://chat.example' },
    )) {
      const answer = await app.ask('PUT', '/v1/me/presence', { headers: { ...mine.headers, ...headers }, body: { presence: 'away' } })
      expect(answer.status).toBe(200)
    }
  })

  test('no answer to an agent may be read by another origin', async () => {
    for (const { method, path } of agentRoutes()) {
      const answer = await app.ask(method.toUpperCase(), address(path, ours()), {
        headers: { ...mine.headers, Origin: 'https://shop.example' },
      })
      expect(answer.headers.get('access-control-allow-origin'), path).toBeNull()
    }
  })
})
