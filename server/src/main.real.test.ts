import { newId, type Session } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { dialEdge } from '../test/raw-client.ts'
import { startMain, type TestMain } from '../test/start-main.ts'
import { startNats } from '../test/start-nats.ts'
import { startOwnPostgres, startPostgres } from '../test/start-postgres.ts'
import { waitFor } from '../test/wait-for.ts'
import { createPasswords } from './access/passwords.ts'
import { connectDb } from './db/connect-db.ts'
import { silentLog } from './log.ts'

/** A site and an agent in it, whose password is `open sesame`. */
async function seed(databaseUrl: string) {
  const [site, key, team, agent] = [newId(), newId(), newId(), newId()]
  const hash = await createPasswords().hash('open sesame')
  const db = connectDb({ url: databaseUrl, log: silentLog, size: 1 })
  await db.query(`insert into sites (id, key, name, identity_secret) values ($1, $2, 'The Shop', 'secret')`, [site, key])
  await db.query(`insert into teams (site_id, id, name) values ($1, $2, 'Everyone')`, [site, team])
  await db.query(`insert into agents (id, email, name, password_hash) values ($1, 'anna@example.com', 'Anna', $2)`, [agent, hash])
  await db.query('insert into team_members (site_id, team_id, agent_id) values ($1, $2, $3)', [site, team, agent])
  await db.close()
  return { site, key, agent }
}

async function post(url: string, body: object, headers: Record<string, string> = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: answer.status, headers: answer.headers, json: (answer.status === 204 ? undefined : await answer.json()) as unknown }
}

async function openSession(main: TestMain, key: string): Promise<Session> {
  const { status, json } = await post(`${main.url}/v1/session`, { site: key })
  expect(status).toBe(201)
  return json as Session
}

async function logIn(main: TestMain): Promise<{ cookie: string; jwt: string }> {
  const { status, headers } = await post(`${main.url}/v1/login`, { email: 'anna@example.com', password: 'open sesame' })
  expect(status).toBe(200)
  const cookie = headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { jwt } = (await (await fetch(`${main.url}/v1/me/nats`, { headers: { cookie } })).json()) as { jwt: string }
  return { cookie, jwt }
}

const edgeOf = ({ url }: TestMain) => `${url.replace('http', 'ws')}/nats`

test('[P8] a server that starts without NATS and Postgres says so, waits, and serves once both are there', async () => {
  await using nats = await startNats()
  await using postgres = await startOwnPostgres({ fsync: 'off' })
  const { key } = await seed(postgres.databaseUrl)
  await Promise.all([nats.kill9(), postgres.kill9()])
  await using main = await startMain({ nats, databaseUrl: postgres.databaseUrl })

  await main.untilReady(false)
  expect((await fetch(`${main.url}/healthz`)).status).toBe(200)
  expect((await main.ready())?.json).toMatchObject({
    ready: false,
    checks: { postgres: { ok: false }, nats: { ok: false }, start: { ok: false } },
  })
  expect(await post(`${main.url}/v1/session`, { site: key })).toMatchObject({
    status: 503,
    json: { error: { code: 'service_unavailable', message: 'unable to answer; the server is still starting', retryable: true } },
  })

  await postgres.restart()
  await waitFor('Postgres to be seen', async () => JSON.stringify((await main.ready())?.json).includes('"postgres":{"ok":true}'))
  expect((await main.ready())?.status).toBe(503)
  await nats.restart()
  await main.untilReady()
  const session = await openSession(main, key)
  await using visitor = await dialEdge(edgeOf(main), { jwt: session.nats.jwt })
  await visitor.flush()
})

test('[P8] while NATS is away it is not ready and lets nobody in; afterwards the epoch is settled anew and all is well', async () => {
  await using nats = await startNats()
  await using postgres = await startPostgres()
  const { key } = await seed(postgres.databaseUrl)
  await using main = await startMain({ nats, databaseUrl: postgres.databaseUrl })
  await main.untilReady()
  const session = await openSession(main, key)
  await using visitor = await dialEdge(edgeOf(main), { jwt: session.nats.jwt })
  await visitor.flush()

  await nats.kill9()
  await visitor.closed
  await main.untilReady(false)
  await expect(dialEdge(edgeOf(main), { jwt: session.nats.jwt })).rejects.toThrow('503')
  // HTTP goes on with the epoch it knows.
  await openSession(main, key)

  await nats.restart()
  await main.untilReady()
  await using again = await dialEdge(edgeOf(main), { jwt: session.nats.jwt })
  await again.flush()
  expect((await openSession(main, key)).epoch).toBe(session.epoch)
})

test('[S39] a logout on one server closes the agent’s sockets on another, and its token opens none', async () => {
  await using nats = await startNats()
  await using postgres = await startPostgres()
  const { key } = await seed(postgres.databaseUrl)
  await using here = await startMain({ nats, databaseUrl: postgres.databaseUrl })
  await using there = await startMain({ nats, databaseUrl: postgres.databaseUrl })
  await Promise.all([here.untilReady(), there.untilReady()])
  const { cookie, jwt } = await logIn(here)
  await using agent = await dialEdge(edgeOf(there), { jwt })
  const session = await openSession(here, key)
  await using visitor = await dialEdge(edgeOf(there), { jwt: session.nats.jwt })
  await Promise.all([agent.flush(), visitor.flush()])

  expect((await post(`${here.url}/v1/logout`, {}, { cookie })).status).toBe(204)
  expect(await agent.closed).toEqual({ code: 4403, reason: 'token revoked' })
  await using late = await dialEdge(edgeOf(there), { jwt })
  expect((await late.closed).code).toBe(4403)
  // Nobody else noticed.
  await visitor.flush()
})

test('a server that is asked to end tells its clients, finishes, and is gone within seconds', async () => {
  await using nats = await startNats()
  await using postgres = await startPostgres()
  const { key } = await seed(postgres.databaseUrl)
  await using main = await startMain({ nats, databaseUrl: postgres.databaseUrl })
  await main.untilReady()
  const session = await openSession(main, key)
  await using visitor = await dialEdge(edgeOf(main), { jwt: session.nats.jwt })
  await visitor.flush()

  const since = performance.now()
  main.child.signal('SIGTERM')
  expect(await visitor.closed).toEqual({ code: 1001, reason: 'server stops, connect again' })
  expect(await main.child.ended).toBe('exit code 0')
  expect(performance.now() - since).toBeLessThan(5_000)
  await expect(fetch(`${main.url}/healthz`)).rejects.toThrow()
})

test('a process without the role http tells how it is, and nothing else', async () => {
  await using nats = await startNats()
  await using postgres = await startPostgres()
  await using main = await startMain({ nats, databaseUrl: postgres.databaseUrl, env: { USHER_ROLES: 'history,router' } })
  await main.untilReady()
  expect((await fetch(`${main.url}/metrics`)).status).toBe(200)
  expect((await post(`${main.url}/v1/session`, { site: newId() })).json).toMatchObject({ error: { code: 'not_found' } })
})

test('a taken port and a wrong setting are told in one sentence', async () => {
  await using nats = await startNats()
  const wrong = await startMain({
    nats,
    databaseUrl: 'postgres://127.0.0.1:1/x',
    env: { USHER_ROLES: 'http,butler', USHER_LOGINS: 'many' },
  })
  expect(await wrong.child.ended).toBe('exit code 1')
  expect(wrong.child.lastWords()).toMatch(/^unable to read the configuration; USHER_ROLES\.1: [^;]+; USHER_LOGINS: [^;]+$/)
  await using first = await startMain({ nats, databaseUrl: 'postgres://127.0.0.1:1/x' })
  await first.untilReady(false)
  const taken = await startMain({ nats, databaseUrl: 'postgres://127.0.0.1:1/x', env: { PORT: new URL(first.url).port } })
  expect(await taken.child.ended).toBe('exit code 1')
  expect(taken.child.lastWords()).toMatch(/^unable to listen on 127\.0\.0\.1:\d+; port \d+ is taken$/)
})
