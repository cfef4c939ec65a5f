import { randomBytes } from 'node:crypto'
import { type AgentId, newId, newMessageId, type SiteId, type VisitorId } from '@usher-chat/sdk/protocol'
import { createAgentSessions } from '../src/access/agent-sessions.ts'
import { createPasswords, type Passwords } from '../src/access/passwords.ts'
import { createRevocations } from '../src/access/revocations.ts'
import { createSites } from '../src/access/sites.ts'
import type { Bus } from '../src/bus/bus.ts'
import { connectDb, type Db } from '../src/db/connect-db.ts'
import { ensurePartitions } from '../src/db/partitions.ts'
import { createThreadReader } from '../src/db/read-thread.ts'
import { settleEpoch } from '../src/db/stream-lives.ts'
import { createApp } from '../src/http/create-app.ts'
import type { HttpConfig, HttpDeps } from '../src/http/http-deps.ts'
import { readWidgetFiles } from '../src/http/widget-files.ts'
import { type Log, silentLog } from '../src/log.ts'
import { createMetrics } from '../src/metrics.ts'
import { startNats, startPostgres, type TestDatabase } from './start-stack.ts'

/** Where the app believes to be. */
const testUrl = 'https://chat.example'

export interface TestApp extends AsyncDisposable {
  readonly deps: HttpDeps
  readonly db: Db
  readonly bus: Bus
  /** The app's clock stands still: add to it, ms. */
  readonly clock: { now: number }
  /** What was logged, by sentence and facts. */
  readonly logged: { level: string; facts: object; sentence: string }[]
  /** How often the router was woken. */
  readonly woken: { times: number }
  /** Asks the app, in memory. A body that is no string is sent as JSON. */
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>
  addSite(site?: { origins?: string[] }): Promise<TestSite>
  addAgent(sites: readonly TestSite[], agent?: { name?: string; role?: string }): Promise<TestAgent>
  addConversation(site: TestSite, conversation?: NewConversation): Promise<{ id: string; visitor: VisitorId }>
  addMessage(site: SiteId, visitor: VisitorId, message: NewMessage): Promise<void>
}

export interface AskOptions {
  headers?: Record<string, string>
  body?: unknown
  /** The address of the caller; default 127.0.0.1. */
  from?: string
}

export interface Answer {
  status: number
  headers: Headers
  /** The body as JSON, whatever it is; undefined for none. */
  json: unknown
  text: string
}

export interface TestSite {
  id: SiteId
  key: string
  secret: string
  team: string
}

export interface TestAgent {
  id: AgentId
  email: string
  password: string
  /** Headers of somebody logged in: the cookie, and what a program sends. */
  headers: Record<string, string>
}

export interface NewConversation {
  visitor?: VisitorId
  status?: 'queued' | 'open' | 'resolved'
  assignee?: AgentId
  openedSeq?: number
  resolvedSeq?: number
  /** When it was opened (and queued, and resolved). */
  at?: Date
}

export interface NewMessage {
  seq: number
  role?: 'visitor' | 'agent' | 'server'
  author?: string
  text?: string
  internal?: boolean
}

const config: HttpConfig = {
  url: testUrl,
  USHER_LOGINS: 10,
  USHER_SESSIONS: 60,
  USHER_TRUST_PROXY: false,
  USHER_METRICS_TOKEN: 'metrics-token',
  USHER_AGENT_GONE_MS: 30_000,
}

export interface TestAppOptions {
  config?: Partial<HttpConfig>
  widgetFolder?: string
  /** A database that outlives the app; default one of its own. */
  postgres?: TestDatabase
}

/** The app on a stack of its own: `await using app = await openTestApp()`. */
export async function openTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const [nats, postgres] = await Promise.all([startNats(), options.postgres ?? startPostgres()])
  const db = connectDb({ url: postgres.databaseUrl, log: silentLog, size: 4 })
  await ensurePartitions(db, new Date())
  const bus = await nats.bus()
  const clock = { now: Date.now() }
  const now = () => clock.now
  const logged: TestApp['logged'] = []
  const woken = { times: 0 }
  const epoch = await settleEpoch({ db, readStream: () => bus.streamInfo() })
  const sites = createSites({ db, log: silentLog, now })
  const revocations = createRevocations({ db, bus, log: silentLog, now })
  const passwords = createPasswords()
  const deps: HttpDeps = {
    config: { ...config, ...options.config },
    db,
    log: keepingLog(logged),
    metrics: createMetrics(),
    now,
    keys: nats.keys,
    sites,
    revocations,
    passwords,
    agentSessions: createAgentSessions({ db, now }),
    epoch: () => epoch,
    readThread: createThreadReader({ db, bus, epoch: () => epoch, connection: () => 1 }),
    endOfStream: async () => (await bus.streamInfo()).lastSeq,
    wakeRouter: () => {
      woken.times += 1
    },
    readiness: async () => ({ ready: false, checks: { postgres: { ok: true }, nats: { ok: false, reason: 'the connection is lost' } } }),
    widget: readWidgetFiles(options.widgetFolder ?? '/nowhere'),
  }
  await Promise.all([sites.refresh(), revocations.refresh()])
  const app = createApp(deps)
  return {
    deps,
    db,
    bus,
    clock,
    logged,
    woken,
    async ask(method, path, { headers = {}, body, from = '127.0.0.1' } = {}) {
      const json = body === undefined || typeof body === 'string' ? undefined : { 'Content-Type': 'application/json' }
      const init = {
        method,
        headers: { ...json, ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }
      return readAnswer(await app.request(path, init, { incoming: { socket: { remoteAddress: from } } }))
    },
    addSite: (site) => addSite(db, deps, site),
    addAgent: (sites, agent) => addAgent(db, deps, passwords, sites, agent),
    addConversation: (site, conversation) => addConversation(db, site, conversation),
    addMessage: (site, visitor, message) => addMessage(db, site, visitor, message),
    async [Symbol.asyncDispose]() {
      sites.stop()
      revocations.stop()
      await db.close()
      await nats.stop()
      if (options.postgres === undefined) await postgres.stop()
    },
  }
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
}

function keepingLog(logged: TestApp['logged']): Log {
  const at = (level: string) => (facts: object, sentence: string) => void logged.push({ level, facts, sentence })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

async function addSite(
  db: Db,
  { sites }: HttpDeps,
  { origins = ['https://shop.example'] }: { origins?: string[] } = {},
): Promise<TestSite> {
  const site = { id: newId(), key: newId(), secret: randomBytes(24).toString('base64url'), team: newId() }
  await db.query('insert into sites (id, key, name, origins, identity_secret) values ($1, $2, $3, $4, $5)', [
    site.id,
    site.key,
    'The Shop',
    origins,
    site.secret,
  ])
  await db.query(`insert into teams (site_id, id, name) values ($1, $2, 'Everyone')`, [site.id, site.team])
  await sites.refresh()
  return site
}

/** Logged in without the login's own route: a hash costs 50 ms. */
async function addAgent(
  db: Db,
  deps: HttpDeps,
  passwords: Passwords,
  sites: readonly TestSite[],
  { name = 'Anna', role = 'agent' } = {},
): Promise<TestAgent> {
  const id = newId()
  const password = randomBytes(9).toString('base64url')
  const email = `${id}@example.com`
  const hash = await passwords.hash(password)
  await db.query('insert into agents (id, email, name, password_hash, role) values ($1, $2, $3, $4, $5)', [id, email, name, hash, role])
  for (const site of sites)
    await db.query('insert into team_members (site_id, team_id, agent_id) values ($1, $2, $3)', [site.id, site.team, id])
  const token = await deps.agentSessions.start(id, undefined)
  return { id, email, password, headers: { Cookie: `__Host-usher=${token}`, 'Content-Type': 'application/json' } }
}

async function addConversation(db: Db, site: TestSite, given: NewConversation = {}): Promise<{ id: string; visitor: VisitorId }> {
  const { visitor = newId(), status = 'queued', assignee, openedSeq = 1, at = new Date() } = given
  const resolvedSeq = status === 'resolved' ? (given.resolvedSeq ?? openedSeq) : undefined
  const id = newId()
  await db.query('insert into visitors (site_id, id, first_seen_at, last_seen_at) values ($1, $2, $3, $3) on conflict do nothing', [
    site.id,
    visitor,
    at,
  ])
  await db.query(
    `insert into conversations (site_id, id, visitor_id, status, assignee_id, opened_at, opened_seq, queued_at, resolved_at, resolved_seq)
     values ($1, $2, $3, $4, $5, $6, $7, $6, $8, $9)`,
    [site.id, id, visitor, status, assignee, at, openedSeq, resolvedSeq === undefined ? undefined : at, resolvedSeq],
  )
  return { id, visitor }
}

async function addMessage(db: Db, site: SiteId, visitor: VisitorId, message: NewMessage): Promise<void> {
  const { seq, role = 'visitor', author = visitor, text = `message ${seq}`, internal = false } = message
  await db.query(
    `insert into messages (site_id, visitor_id, seq, at, id, author_role, author_id, kind, body, internal)
     values ($1, $2, $3, now(), $4, $5, $6, 'text', $7, $8)`,
    [site, visitor, seq, newMessageId(), role, author, JSON.stringify({ text }), internal],
  )
  const last = JSON.stringify({ seq, at: new Date().toISOString(), role, text, note: internal })
  await db.query('update visitors set last_seq = $3, last_message = $4 where site_id = $1 and id = $2', [site, visitor, seq, last])
}
