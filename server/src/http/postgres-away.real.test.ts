import { session } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApp, type TestAgent, type TestApp, type TestSite } from '../../test/open-test-app.ts'
import { startOwnPostgres, type TestPostgres } from '../../test/start-postgres.ts'
import { signIdentity } from '../access/identity.ts'

let postgres: TestPostgres
let app: TestApp
let site: TestSite
let agent: TestAgent
let token: string
beforeAll(async () => {
  postgres = await startOwnPostgres({ fsync: 'off' })
  app = await openTestApp({ postgres })
  site = await app.addSite()
  agent = await app.addAgent([site])
  const made = await app.ask('POST', '/v1/session', { body: { site: site.key } })
  token = v.parse(session, made.json).token
  await app.addConversation(site, { visitor: v.parse(session, made.json).visitor.id })
  await postgres.kill9()
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await postgres.stop()
})

describe('[P8] while Postgres is away', () => {
  test('sessions start: new ones, known ones and identified ones', async () => {
    const identity = signIdentity({ secret: site.secret, person: { sub: 'user-1', name: 'Zoë' }, now: app.clock.now })
    for (const body of [{}, { token }, { identity }]) {
      const answer = await app.ask('POST', '/v1/session', { body: { site: site.key, ...body } })
      expect(answer.status).toBe(201)
      expect(v.parse(session, answer.json)).toMatchObject({ thread: { unread: 0, lastSeq: 0 }, site: { online: false } })
    }
  })

  test('everything that needs it says so, and that trying again will help', async () => {
    const calls: [string, string, Record<string, string>, object?][] = [
      ['GET', '/v1/me', agent.headers],
      ['GET', '/v1/conversations', agent.headers],
      ['GET', '/v1/thread', { Authorization: `Bearer ${token}` }],
      ['PATCH', '/v1/visitor', { Authorization: `Bearer ${token}` }, {}],
      ['POST', '/v1/login', {}, { email: agent.email, password: agent.password }],
    ]
    for (const [method, path, headers, body] of calls) {
      const answer = await app.ask(method, path, { headers, ...(body ? { body } : {}) })
      expect(answer, path).toMatchObject({ status: 503, json: { error: { code: 'service_unavailable', retryable: true } } })
      expect(answer.json).toHaveProperty('error.message', expect.stringMatching(/^unable to .+; .+ is away, try again/))
    }
  })

  test('and when it is back, all of it works again', async () => {
    await postgres.restart()
    expect((await app.ask('GET', '/v1/me', { headers: agent.headers })).status).toBe(200)
    expect((await app.ask('GET', '/v1/thread', { headers: { Authorization: `Bearer ${token}` } })).status).toBe(200)
    const answer = await app.ask('POST', '/v1/session', { body: { site: site.key, token } })
    expect(v.parse(session, answer.json).thread.conversation).toMatchObject({ status: 'queued' })
  })
})
