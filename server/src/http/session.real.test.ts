import { newId, type Session, session } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApp, type TestApp, type TestSite } from '../../test/open-test-app.ts'
import { signIdentity } from '../access/identity.ts'
import { verifyUserJwt } from '../access/user-jwt.ts'
import { verifyVisitorToken } from '../access/visitor-token.ts'

let app: TestApp
let site: TestSite
beforeAll(async () => {
  app = await openTestApp()
  site = await app.addSite()
})
afterAll(() => app[Symbol.asyncDispose]())

async function open(body: object, headers: Record<string, string> = {}): Promise<Session> {
  const answer = await app.ask('POST', '/v1/session', { body: { site: site.key, ...body }, headers, from: newId() })
  expect(answer.status).toBe(201)
  return v.parse(v.strictObject(session.entries), answer.json)
}

const rows = (visitor: string) => app.db.query<Record<string, unknown>>('select * from visitors where id = $1', [visitor])
const bearer = ({ token }: Session) => ({ Authorization: `Bearer ${token}` })

describe('POST /v1/session', () => {
  test('makes a new visitor, with everything the chat needs, and writes no row', async () => {
    const made = await open({})
    expect(made).toMatchObject({
      visitor: { identified: false },
      nats: { url: 'wss://chat.example/nats' },
      epoch: 0,
      site: { id: site.id, name: 'The Shop', online: false, texts: { title: 'The Shop' } },
      thread: { lastSeq: 0, unread: 0 },
    })
    expect(verifyUserJwt(app.deps.keys, made.nats.jwt, app.clock.now)).toMatchObject({
      role: 'visitor',
      id: made.visitor.id,
      sites: [site.id],
    })
    expect(await rows(made.visitor.id)).toEqual([])
  })

  test('keeps the visitor with the token of an earlier session', async () => {
    const first = await open({})
    const second = await open({ token: first.token })
    expect(second.visitor).toEqual(first.visitor)
  })

  test.each([
    ['nonsense', () => 'nonsense'],
    [
      'the token of another site',
      async () => {
        const other = await app.addSite()
        const answer = await app.ask('POST', '/v1/session', { body: { site: other.key }, from: newId() })
        return v.parse(session, answer.json).token
      },
    ],
    [
      'a token older than a year',
      async () => {
        const { token } = await open({})
        app.clock.now += 366 * 24 * 3_600_000
        return token
      },
    ],
  ])('starts over with %s', async (_, makeToken) => {
    const token = await makeToken()
    const made = await open({ token })
    expect(made.visitor.identified).toBe(false)
    expect(verifyVisitorToken(app.deps.keys.tokenSecret, made.token, app.clock.now)).toMatchObject({
      site: site.id,
      visitor: made.visitor.id,
    })
  })

  test('an identified visitor is the same on every device, whatever token is there', async () => {
    const person = { sub: 'user-42', name: 'Zoë', email: 'zoe@example.com' }
    const identity = () => signIdentity({ secret: site.secret, person, now: app.clock.now })
    const laptop = await open({ identity: identity() })
    const anonymous = await open({})
    const phone = await open({ identity: identity(), token: anonymous.token })
    expect(laptop.visitor).toEqual({ id: phone.visitor.id, name: 'Zoë', identified: true })
    expect(phone.visitor.id).not.toBe(anonymous.visitor.id)
    expect((await open({ token: laptop.token })).visitor).toEqual(laptop.visitor)
  })

  test('[S12] a bad identity is refused without a detail; the log has it', async () => {
    const identity = signIdentity({ secret: 'not the secret of this site', person: { sub: 'user-42' }, now: app.clock.now })
    const answer = await app.ask('POST', '/v1/session', { body: { site: site.key, identity }, from: newId() })
    expect(answer).toMatchObject({
      status: 401,
      json: { error: { code: 'identity_invalid', message: 'unable to start a session; the identity is not valid' } },
    })
    expect(JSON.stringify(app.logged.at(-1)?.facts)).toContain('its signature is wrong')
  })

  test('[S13] an anonymous visitor who claims the e-mail of a known one sees nothing of theirs', async () => {
    const person = { sub: 'user-77', email: 'owner@example.com' }
    const known = await open({ identity: signIdentity({ secret: site.secret, person, now: app.clock.now }) })
    await app.ask('PATCH', '/v1/visitor', { headers: bearer(known), body: {} })
    const stranger = await open({})
    await app.ask('PATCH', '/v1/visitor', { headers: bearer(stranger), body: { email: 'owner@example.com' } })
    const again = await open({ token: stranger.token })
    expect(again.visitor).toMatchObject({ id: stranger.visitor.id, identified: false })
    expect(again.visitor.id).not.toBe(known.visitor.id)
    expect(await rows(stranger.visitor.id)).toMatchObject([{ external_id: null, email: 'owner@example.com' }])
  })

  test('[S10] extra fields in the body change nothing', async () => {
    const extra = {
      visitor: 'a'.repeat(20),
      identified: true,
      role: 'owner',
      epoch: 9,
      seq: 5,
      site_id: 'x',
      ['__proto__']: { admin: true },
    }
    const made = await open(extra)
    expect(made.visitor).toMatchObject({ identified: false })
    expect(made.visitor.id).not.toBe('a'.repeat(20))
    expect(made.epoch).toBe(0)
    expect(({} as Record<string, unknown>).admin).toBeUndefined()
  })

  test('a known visitor gets name, unread, conversation and the agent who has it, and their row hears of them', async () => {
    const { visitor, token } = await open({})
    const agent = await app.addAgent([site], { name: 'Ben' })
    const conversation = await app.addConversation(site, { visitor: visitor.id, status: 'open', assignee: agent.id })
    await app.db.query(`update visitors set name = 'Max', last_seen_at = '2020-01-01' where id = $1`, [visitor.id])
    await app.addMessage(site.id, visitor.id, { seq: 1 })
    await app.addMessage(site.id, visitor.id, { seq: 2, role: 'agent', author: agent.id })
    await app.addMessage(site.id, visitor.id, { seq: 3, role: 'agent', author: agent.id })
    await app.addMessage(site.id, visitor.id, { seq: 4, role: 'agent', author: agent.id, internal: true })
    await app.db.query(`insert into read_cursors values ($1, $2, 'visitor', 2)`, [site.id, visitor.id])
    const known = await open({ token, locale: 'de-AT', page: { url: 'https://shop.example/cart', title: 'Cart' } })
    expect(known.visitor.name).toBe('Max')
    expect(known.thread).toEqual({
      lastSeq: 3,
      unread: 1,
      conversation: { id: conversation.id, status: 'open', assignee: { id: agent.id, name: 'Ben' } },
    })
    const [row] = await rows(visitor.id)
    expect(row).toMatchObject({ locale: 'de-AT', page: { url: 'https://shop.example/cart', title: 'Cart' }, name: 'Max' })
    expect(row?.last_seen_at).not.toEqual(new Date('2020-01-01'))
  })

  test('says whether an agent is online', async () => {
    const agent = await app.addAgent([site])
    const seen = (ago: number) =>
      app.db.query(`update agents set presence = 'online', last_seen_at = $2 where id = $1`, [agent.id, new Date(app.clock.now - ago)])
    await seen(5_000)
    expect((await open({})).site.online).toBe(true)
    await seen(31_000)
    expect((await open({})).site.online).toBe(false)
  })

  test('an unknown key is told as such', async () => {
    const answer = await app.ask('POST', '/v1/session', { body: { site: 'nosuchkey0000000000' }, from: newId() })
    expect(answer).toMatchObject({
      status: 404,
      json: { error: { code: 'site_unknown', message: 'unable to start a session; no site has this key', retryable: false } },
    })
  })

  test('[P9] [S34] one address starts so many sessions and no more; others go on', async () => {
    const from = '203.0.113.7'
    const ask = (address: string) => app.ask('POST', '/v1/session', { body: { site: site.key }, from: address })
    for (let i = 0; i < 60; i++) expect((await ask(from)).status).toBe(201)
    const refused = await ask(from)
    expect(refused).toMatchObject({ status: 429, json: { error: { code: 'rate_limited', retryable: true } } })
    expect(refused.headers.get('retry-after')).toBe('1')
    expect((await ask('203.0.113.8')).status).toBe(201)
  })
})

describe('a page of another origin', () => {
  const ask = (origin: string | undefined) =>
    app.ask('POST', '/v1/session', { body: { site: site.key }, from: newId(), headers: origin === undefined ? {} : { Origin: origin } })

  test.each(['https://shop.example', 'https://chat.example', undefined])('is served when it is %s', async (origin) => {
    const answer = await ask(origin)
    expect(answer.status).toBe(201)
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin ?? null)
    expect(answer.headers.get('vary')).toContain('Origin')
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  })

  test.each([
    'https://evil.example',
    'https://shop.example.evil.example',
    'http://shop.example',
    'https://shop.example:8443',
    'https://SHOP.example',
    'null',
  ])('[P6] is refused, in words its developer can read, when it is %s', async (origin) => {
    const answer = await ask(origin)
    const named = origin === 'null' ? '(unreadable)' : origin
    const message = `unable to start a session; origin ${named} is not in the allowed list of this site`
    expect(answer).toMatchObject({ status: 403, json: { error: { code: 'origin_not_allowed', message } } })
  })

  test('[P6] with a stolen token is refused as well', async () => {
    const made = await open({})
    for (const [method, path] of [
      ['GET', '/v1/thread'],
      ['PATCH', '/v1/visitor'],
    ] as const) {
      const answer = await app.ask(method, path, { headers: { ...bearer(made), Origin: 'https://evil.example' } })
      expect(answer).toMatchObject({ status: 403, json: { error: { code: 'origin_not_allowed' } } })
    }
  })

  test('gets its preflight answered once for two hours, without credentials or a star', async () => {
    const answer = await app.ask('OPTIONS', '/v1/thread', {
      headers: { Origin: 'https://shop.example', 'Access-Control-Request-Method': 'GET' },
    })
    expect(answer.status).toBe(204)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': 'Authorization, Content-Type',
      'access-control-max-age': '7200',
    })
  })
})

describe('PATCH /v1/visitor', () => {
  test('makes the row of a visitor who writes, then updates it', async () => {
    const made = await open({})
    const first = await app.ask('PATCH', '/v1/visitor', {
      headers: bearer(made),
      body: { name: ' Max ', locale: 'en', page: { url: 'https://shop.example/', title: 'Shop' } },
    })
    expect(first.status).toBe(204)
    await app.ask('PATCH', '/v1/visitor', { headers: bearer(made), body: { email: 'max@example.com' } })
    expect(await rows(made.visitor.id)).toMatchObject([
      { name: 'Max', email: 'max@example.com', locale: 'en', page: { title: 'Shop' }, external_id: null },
    ])
  })

  test('what the site vouches for stands above what is typed', async () => {
    const identity = signIdentity({ secret: site.secret, person: { sub: 'user-5', name: 'Real' }, now: app.clock.now })
    const made = await open({ identity })
    await app.ask('PATCH', '/v1/visitor', { headers: bearer(made), body: { name: 'Fake', email: 'typed@example.com' } })
    expect(await rows(made.visitor.id)).toMatchObject([{ external_id: 'user-5', name: 'Real', email: 'typed@example.com' }])
  })

  test('a new identity of the same person renames the row at the next session', async () => {
    const identity = (name: string) => signIdentity({ secret: site.secret, person: { sub: 'user-6', name }, now: app.clock.now })
    const made = await open({ identity: identity('Old') })
    await app.ask('PATCH', '/v1/visitor', { headers: bearer(made), body: {} })
    await open({ identity: identity('New') })
    expect(await rows(made.visitor.id)).toMatchObject([{ name: 'New' }])
  })

  test('a person whose row has the id of an older server secret gets a new row', async () => {
    await app.db.query(`insert into visitors (site_id, id, external_id) values ($1, $2, 'user-7')`, [site.id, newId()])
    const made = await open({ identity: signIdentity({ secret: site.secret, person: { sub: 'user-7' }, now: app.clock.now }) })
    expect((await app.ask('PATCH', '/v1/visitor', { headers: bearer(made), body: {} })).status).toBe(204)
    expect(await rows(made.visitor.id)).toMatchObject([{ external_id: 'user-7' }])
  })

  test('[S10] cannot touch what is not in its schema', async () => {
    const made = await open({})
    await app.ask('PATCH', '/v1/visitor', {
      headers: bearer(made),
      body: { name: 'A', id: newId(), site_id: newId(), external_id: 'user-1', last_seq: 99, identified: true },
    })
    expect(await rows(made.visitor.id)).toMatchObject([{ external_id: null, last_seq: 0, site_id: site.id }])
  })

  test('says which fields are wrong', async () => {
    const made = await open({})
    const answer = await app.ask('PATCH', '/v1/visitor', { headers: bearer(made), body: { email: 'not an address', page: { url: 1 } } })
    expect(answer).toMatchObject({
      status: 422,
      json: { error: { code: 'validation_failed', message: 'unable to read the request; not valid: email, page.url, page.title' } },
    })
    expect(answer.json).toHaveProperty('error.fields.0.path', 'email')
  })

  test('[P9] one visitor may call so often and no more', async () => {
    const made = await open({})
    const call = () => app.ask('PATCH', '/v1/visitor', { headers: bearer(made), body: {} })
    const statuses: number[] = []
    for (let i = 0; i < 61; i++) statuses.push((await call()).status)
    expect(new Set(statuses.slice(0, 60))).toEqual(new Set([204]))
    expect(statuses[60]).toBe(429)
  })
})

describe('a revoked visitor', () => {
  test('[S14] is refused with every token issued before, and welcome with a new one', async () => {
    const identity = () => signIdentity({ secret: site.secret, person: { sub: 'user-9' }, now: app.clock.now })
    const made = await open({ identity: identity() })
    await app.deps.revocations.revoke(made.visitor.id)
    const thread = await app.ask('GET', '/v1/thread', { headers: bearer(made) })
    expect(thread).toMatchObject({
      status: 401,
      json: { error: { code: 'session_revoked', message: 'unable to continue the session; it was ended' } },
    })
    const withToken = await app.ask('POST', '/v1/session', { body: { site: site.key, token: made.token }, from: newId() })
    expect(withToken.json).toMatchObject({ error: { code: 'session_revoked' } })
    const again = await open({ identity: identity() })
    expect((await app.ask('GET', '/v1/thread', { headers: bearer(again) })).status).toBe(200)
    const { id, issuedAt } = verifyUserJwt(app.deps.keys, again.nats.jwt, app.clock.now)
    expect(app.deps.revocations.isRevoked(id, issuedAt)).toBe(false)
  })
})
