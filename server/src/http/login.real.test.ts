import { agentNats, me, newId } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, openTestApp, type TestAgent, type TestApp, type TestSite } from '../../test/open-test-app.ts'
import { verifyUserJwt } from '../access/user-jwt.ts'

let app: TestApp
let site: TestSite
let agent: TestAgent
beforeAll(async () => {
  app = await openTestApp()
  site = await app.addSite()
  agent = await app.addAgent([site], { name: 'Anna' })
})
afterAll(() => app[Symbol.asyncDispose]())

const login = (body: object, options: { headers?: Record<string, string>; from?: string } = {}) =>
  app.ask('POST', '/v1/login', { body, from: newId(), ...options })

/** The cookie of an answer, as a browser would send it back. */
const cookieOf = (answer: Answer) => answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
const meWith = (cookie: string) => app.ask('GET', '/v1/me', { headers: { Cookie: cookie } })

describe('logging in', () => {
  test('gives a cookie that says who one is', async () => {
    const answer = await login({ email: ` ${agent.email.toUpperCase()} `, password: agent.password })
    expect(answer.status).toBe(200)
    const known = {
      id: agent.id,
      name: 'Anna',
      email: agent.email,
      role: 'agent',
      presence: 'offline',
      capacity: 8,
      sites: [{ id: site.id, name: 'The Shop' }],
    }
    expect(answer.json).toEqual(known)
    const again = await meWith(cookieOf(answer))
    expect(v.parse(v.strictObject(me.entries), again.json)).toEqual(known)
  })

  test('[S27] the cookie is out of reach of scripts, other hosts, plain http and other sites', async () => {
    const answer = await login({ email: agent.email, password: agent.password })
    const [cookie = ''] = answer.headers.getSetCookie()
    expect(cookie).toMatch(/^__Host-usher=[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  })

  test('[S27] stores only a hash of the cookie', async () => {
    const cookie = cookieOf(await login({ email: agent.email, password: agent.password }))
    const token = cookie.split('=')[1] ?? ''
    const rows = await app.db.query<{ text: string }>(`select sessions::text as text from sessions`)
    expect(token.length).toBe(43)
    expect(rows.some(({ text }) => text.includes(token) || text.includes(Buffer.from(token).toString('hex')))).toBe(false)
  })

  test('[S27] a session from before the login ends with it', async () => {
    const planted = cookieOf(await login({ email: agent.email, password: agent.password }))
    const own = cookieOf(await login({ email: agent.email, password: agent.password }, { headers: { Cookie: planted } }))
    expect(own).not.toBe(planted)
    expect((await meWith(planted)).status).toBe(401)
    expect((await meWith(own)).status).toBe(200)
  })

  test('[S37] a wrong password, an unknown e-mail, a deactivated agent and a bot look alike', async () => {
    const gone = await app.addAgent([site])
    await app.db.query('update agents set deactivated_at = now() where id = $1', [gone.id])
    const bot = await app.addAgent([site], { role: 'bot' })
    const answers = await Promise.all([
      login({ email: agent.email, password: 'wrong' }),
      login({ email: 'nobody@example.com', password: 'wrong' }),
      login({ email: gone.email, password: gone.password }),
      login({ email: bot.email, password: bot.password }),
    ])
    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 401,
        json: { error: { code: 'wrong_credentials', message: 'unable to log in; e-mail or password is wrong', retryable: false } },
      })
      expect(answer.headers.getSetCookie()).toEqual([])
      expect([...answer.headers.keys()]).toEqual([...(answers[0]?.headers.keys() ?? [])])
    }
  })

  test('[P9] ten wrong passwords a minute for one e-mail, from wherever; then it says how long to wait', async () => {
    const victim = await app.addAgent([site])
    for (let i = 0; i < 10; i++) expect((await login({ email: victim.email, password: 'wrong' })).status).toBe(401)
    const refused = await login({ email: victim.email, password: victim.password })
    expect(refused).toMatchObject({
      status: 429,
      json: { error: { code: 'rate_limited', message: 'unable to log in; too many tries, try again in 6 s', retryAfterMs: 6_000 } },
    })
    app.clock.now += 6_000
    expect((await login({ email: victim.email, password: victim.password })).status).toBe(200)
  })

  test('[S34] ten wrong passwords a minute from one address, for whatever e-mail', async () => {
    const from = '203.0.113.20'
    for (let i = 0; i < 10; i++) await login({ email: `${newId()}@example.com`, password: 'wrong' }, { from })
    expect((await login({ email: agent.email, password: agent.password }, { from })).status).toBe(429)
    expect((await login({ email: agent.email, password: agent.password })).status).toBe(200)
  })

  test('right passwords do not count: an office behind one address can start its day', async () => {
    const from = '203.0.113.21'
    for (let i = 0; i < 12; i++) expect((await login({ email: agent.email, password: agent.password }, { from })).status).toBe(200)
  })

  test('an old hash is replaced by a new one', async () => {
    const { hash } = await import('@node-rs/argon2')
    await app.db.query('update agents set password_hash = $2 where id = $1', [
      agent.id,
      await hash(agent.password, { memoryCost: 8_192, timeCost: 1, parallelism: 1 }),
    ])
    expect((await login({ email: agent.email, password: agent.password })).status).toBe(200)
    const [row] = await app.db.query<{ password_hash: string }>('select password_hash from agents where id = $1', [agent.id])
    expect(row?.password_hash).toContain('m=19456,t=2,p=1')
  })
})

describe('a login', () => {
  test('lasts 14 days after its last use', async () => {
    const day = 24 * 3_600_000
    const cookie = cookieOf(await login({ email: agent.email, password: agent.password }))
    app.clock.now += 13 * day
    const prolonged = await meWith(cookie)
    expect(prolonged.headers.getSetCookie()[0]).toContain('Max-Age=1209600')
    app.clock.now += 13 * day
    expect((await meWith(cookie)).status).toBe(200)
    app.clock.now += 14 * day
    expect((await meWith(cookie)).json).toMatchObject({
      error: { code: 'unauthenticated', message: 'unable to answer; you are not logged in' },
    })
  })

  test('[S39] ends at once when the agent is deactivated', async () => {
    const leaver = await app.addAgent([site])
    expect((await app.ask('GET', '/v1/me', { headers: leaver.headers })).status).toBe(200)
    await app.db.query('update agents set deactivated_at = now() where id = $1', [leaver.id])
    expect((await app.ask('GET', '/v1/me', { headers: leaver.headers })).status).toBe(401)
  })

  test.each(['', '__Host-usher=', '__Host-usher=nonsense', 'usher=x', `__Host-usher=${'x'.repeat(2_000)}`])(
    'is not there with the cookie %j',
    async (cookie) => {
      expect((await meWith(cookie)).status).toBe(401)
    },
  )

  test('[S27] [S39] ends on the server when one logs out, with all sockets of the agent', async () => {
    const ending = await app.addAgent([site])
    const heard: string[] = []
    const off = app.deps.revocations.onRevoked(({ id }) => heard.push(id))
    const token = await natsOf(ending)
    const answer = await app.ask('POST', '/v1/logout', { headers: ending.headers })
    off()
    expect(answer.status).toBe(204)
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-usher=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    expect((await app.ask('GET', '/v1/me', { headers: ending.headers })).status).toBe(401)
    expect(heard).toEqual([ending.id])
    const { id, issuedAt } = verifyUserJwt(app.deps.keys, token.jwt, app.clock.now)
    expect(app.deps.revocations.isRevoked(id, issuedAt)).toBe(true)
    expect((await app.ask('POST', '/v1/logout', { headers: ending.headers })).status).toBe(204)
  })

  test('after a logout and a new login in the same second the new token is good', async () => {
    const back = await app.addAgent([site])
    await app.ask('POST', '/v1/logout', { headers: back.headers })
    const cookie = cookieOf(await login({ email: back.email, password: back.password }))
    const { jwt } = await natsOf({ headers: { Cookie: cookie } })
    const { id, issuedAt } = verifyUserJwt(app.deps.keys, jwt, app.clock.now)
    expect(app.deps.revocations.isRevoked(id, issuedAt)).toBe(false)
  })
})

const natsOf = async ({ headers }: Pick<TestAgent, 'headers'>) =>
  v.parse(v.strictObject(agentNats.entries), (await app.ask('GET', '/v1/me/nats', { headers })).json)

describe('GET /v1/me/nats', () => {
  test('[P6] gives a token for the sites of one’s teams, and no other', async () => {
    const other = await app.addSite()
    const both = await app.addAgent([site, other])
    await app.addSite()
    const { jwt, url, epoch } = await natsOf(both)
    expect(url).toBe('wss://chat.example/nats')
    expect(epoch).toBe(0)
    expect(verifyUserJwt(app.deps.keys, jwt, app.clock.now)).toMatchObject({
      role: 'agent',
      id: both.id,
      sites: expect.arrayContaining([site.id, other.id]),
    })
    expect(verifyUserJwt(app.deps.keys, jwt, app.clock.now).sites).toHaveLength(2)
  })

  test('tells an agent without a team what is missing', async () => {
    const lonely = await app.addAgent([])
    const answer = await app.ask('GET', '/v1/me/nats', { headers: lonely.headers })
    expect(answer).toMatchObject({
      status: 403,
      json: { error: { code: 'forbidden', message: 'unable to connect; you are in no team yet' } },
    })
  })
})

describe('PUT /v1/me/presence', () => {
  let agent: TestAgent
  beforeAll(async () => {
    agent = await app.addAgent([site])
  })

  test('is stored, and wakes the router', async () => {
    const before = app.woken.times
    const answer = await app.ask('PUT', '/v1/me/presence', { headers: agent.headers, body: { presence: 'online' } })
    expect(answer).toMatchObject({ status: 200, json: { presence: 'online' } })
    expect(app.woken.times).toBe(before + 1)
    expect((await app.ask('GET', '/v1/me', { headers: agent.headers })).json).toMatchObject({ presence: 'online' })
  })

  test('knows three states', async () => {
    const answer = await app.ask('PUT', '/v1/me/presence', { headers: agent.headers, body: { presence: 'invisible' } })
    expect(answer).toMatchObject({ status: 422, json: { error: { code: 'validation_failed', fields: [{ path: 'presence' }] } } })
  })
})
