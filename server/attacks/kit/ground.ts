import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { newId } from '@usher-chat/sdk/protocol'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../../../widget/test/open-browser.ts'
import { type OwnStack, startOwnStack } from '../../replay/own-stack.ts'
import { type Keys, loadKeys } from '../../src/access/keys.ts'
import { createPasswords } from '../../src/access/passwords.ts'
import type { Bus } from '../../src/bus/bus.ts'
import { connectBus } from '../../src/bus/connect-bus.ts'
import { connectDb, type Db } from '../../src/db/connect-db.ts'
import { postgresUrl } from '../../src/embedded/postgres.ts'
import { silentLog } from '../../src/log.ts'
import { waitFor } from '../../test/wait-for.ts'
import { type Answer, type Ask, createAsk } from './ask.ts'
import { type HostPages, serveHostPages } from './host-pages.ts'
import { type AgentLogin, logIn, type NamedSite } from './people.ts'

/** What the attacks are run on: the whole product, a second site beside its demo, and people of all kinds. */
export interface Ground extends AsyncDisposable {
  readonly stack: OwnStack
  readonly url: string
  readonly edgeUrl: string
  readonly ask: Ask
  /** Every answer `ask` got, by path. */
  readonly answers: readonly { path: string; answer: Answer }[]
  readonly db: Db
  /** nats-server's address on loopback, which no client of Usher can reach from elsewhere. */
  readonly natsUrl: string
  /** A connection with the server's own rights, to see what the stream holds. */
  readonly bus: Bus
  readonly keys: Keys
  readonly site: NamedSite
  readonly otherSite: NamedSite
  /** Of the demo's site. */
  readonly anna: AgentLogin
  readonly ben: AgentLogin
  /** Of the other site only. */
  readonly outsider: AgentLogin
  /** In no team. */
  readonly loner: AgentLogin
  /** Another website, which both sites allow to embed them. */
  readonly pages: HostPages
  /** A website nobody allows. */
  readonly evilPages: HostPages
  /** The Chromium of this run, opened when first asked for. */
  browser(): Promise<Browser>
  /** The lines the parts of the stack have logged so far. */
  logs(): string
}

/** So generous that only the case of the limits, on a stack of its own, meets them. */
const roomy = {
  USHER_HANDSHAKES: '100000',
  USHER_SESSIONS: '100000',
  USHER_LOGINS: '100000',
  USHER_VISITOR_MESSAGES: '5000',
  USHER_VISITOR_PULSES: '5000',
  // What is logged at the most talkative level is searched for what must not be there.
  USHER_LOG: 'debug',
}

/** Starts everything; some ten seconds. */
export async function openGround(): Promise<Ground> {
  const [stack, pages, evilPages] = await Promise.all([startOwnStack({ env: roomy }), serveHostPages(), serveHostPages()])
  const { url } = stack.demo
  const read = (name: string) => JSON.parse(readFileSync(join(stack.home, name), 'utf8'))
  const { postgresPort, postgresPassword, natsPort } = read('settings.json') as Record<'postgresPort' | 'natsPort', number> & {
    postgresPassword: string
  }
  const natsUrl = `nats://127.0.0.1:${natsPort}`
  const keys = loadKeys(join(stack.home, 'keys.json'))
  const db = connectDb({ url: postgresUrl({ port: postgresPort, password: postgresPassword }), log: silentLog, size: 2 })
  const bus = await connectBus({ url: natsUrl, creds: keys.server, name: 'attacks', log: silentLog })
  const answers: { path: string; answer: Answer }[] = []
  const ask = createAsk(url, (path, answer) => answers.push({ path, answer }))
  const sites = await addSites(db, stack, pages.origin)
  const people = await addPeople({ db, ask, stack, otherSite: sites.otherSite.id })
  await waitFor('the server to know both sites', async () => {
    const heard = await Promise.all(
      Object.values(sites).map(({ key }) => ask('POST', '/v1/session', { body: { site: key }, headers: { Origin: pages.origin } })),
    )
    return heard.every(({ status }) => status === 201)
  })
  let browser: Promise<Browser> | undefined
  return {
    stack,
    url,
    edgeUrl: `${url.replace('http', 'ws')}/nats`,
    ask,
    answers,
    db,
    natsUrl,
    bus,
    keys,
    ...sites,
    ...people,
    pages,
    evilPages,
    browser: () => (browser ??= openBrowser()),
    logs: () =>
      ['server', 'nats-server', 'postgres'].map((name) => readFileSync(join(stack.home, 'log', `${name}.log`), 'utf8')).join('\n'),
    async [Symbol.asyncDispose]() {
      await (await browser)?.close()
      await Promise.all([bus.close(), db.close(), pages[Symbol.asyncDispose](), evilPages[Symbol.asyncDispose]()])
      await stack.stop()
    },
  }
}

async function addSites(db: Db, { demo }: OwnStack, origin: string): Promise<{ site: NamedSite; otherSite: NamedSite }> {
  const other = { id: newId(), key: newId(), secret: `secret-of-the-other-site-${newId()}` }
  await db.query('update sites set origins = array_append(origins, $2) where id = $1', [demo.site, origin])
  await db.query(`insert into sites (id, key, name, origins, identity_secret) values ($1, $2, 'Other shop', $3, $4)`, [
    other.id,
    other.key,
    [origin],
    other.secret,
  ])
  await db.query(`insert into teams (site_id, id, name) values ($1, $1, 'Everyone')`, [other.id])
  const [row] = await db.query<{ secret: string }>('select identity_secret as secret from sites where id = $1', [demo.site])
  return { site: { id: demo.site, key: demo.siteKey, secret: row?.secret ?? '' }, otherSite: other }
}

async function addPeople({
  db,
  ask,
  stack,
  otherSite,
}: {
  db: Db
  ask: Ask
  stack: OwnStack
  otherSite: string
}): Promise<Pick<Ground, 'anna' | 'ben' | 'outsider' | 'loner'>> {
  const strangers = { email: 'outsider@other.example', loner: 'loner@other.example', password: `password-${newId()}` }
  const hash = await createPasswords().hash(strangers.password)
  const insert = `insert into agents (id, email, name, password_hash) values ($1, $2, 'Olga Other', $3)`
  const [outsider, loner] = [newId(), newId()]
  await db.query(insert, [outsider, strangers.email, hash])
  await db.query(insert, [loner, strangers.loner, hash])
  await db.query('insert into team_members (site_id, team_id, agent_id) values ($1, $1, $2)', [otherSite, outsider])
  const demo = (name: string) => {
    const found = stack.demo.agents.find(({ email }) => email.startsWith(name))
    if (!found) throw new Error(`unable to find ${name}; the demo has no such agent`)
    return found
  }
  const people = [
    demo('anna'),
    demo('ben'),
    { email: strangers.email, password: strangers.password },
    { email: strangers.loner, password: strangers.password },
  ]
  const [anna, ben, out, alone] = await Promise.all(people.map((person) => logIn(ask, person)))
  if (!anna || !ben || !out || !alone) throw new Error('unable to log in; somebody is missing')
  return { anna, ben, outsider: out, loner: alone }
}
