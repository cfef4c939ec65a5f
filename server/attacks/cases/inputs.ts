import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { message, visitorPatch, visitorPulse } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import { hpub } from '../../test/edge-commands.ts'
import { dialEdge } from '../../test/raw-client.ts'
import { waitFor } from '../../test/wait-for.ts'
import { type Attack, type Attempt, attempt } from '../attempt.ts'
import { type Answer, inShort } from '../kit/ask.ts'
import type { Ground } from '../kit/ground.ts'
import { meetVisitor, meetWriter } from '../kit/people.ts'

/** Stands in every injection, so that it can be found in Postgres's log. */
const marker = 'usher-injection-marker'

const injections = [
  `'; drop table visitors; -- ${marker}`,
  `' or '1'='1' /* ${marker} */`,
  `${marker}%_%`,
  `\\'; select pg_sleep(5); -- ${marker}`,
  `{"$ne":"${marker}"}`,
  `$1 ${marker} $2`,
]

const sqlInjection: Attack = {
  id: 'S24',
  title: 'SQL in filters, cursors, ids, logins and texts',
  async run(ground) {
    const { ask, db, anna, site } = ground
    const { visitor, conversation } = await meetWriter(ground)
    const cookie = anna.cookie
    await logStatements(ground, true)
    const answers = new Map<string, Answer[]>()
    const every = async (name: string, one: (text: string) => Promise<Answer>) =>
      void answers.set(name, await Promise.all(injections.map(one)))
    const q = encodeURIComponent
    for (const field of ['view', 'ids', 'cursor', 'limit', 'order', 'q'])
      await every(`the list’s ${field}`, (text) => ask('GET', `/v1/conversations?${field}=${q(text)}`, { cookie }))
    for (const field of ['after', 'before', 'limit'])
      await every(`the thread’s ${field}`, (text) => ask('GET', `/v1/thread?${field}=${q(text)}`, { token: visitor.token }))
    await every('the site of a thread', (text) => ask('GET', `/v1/visitors/${visitor.id}/thread?site=${q(text)}`, { cookie }))
    await every('an id in the path', (text) => ask('GET', `/v1/conversations/${q(text)}`, { cookie }))
    await every('the agent of an assignment', (text) =>
      ask('POST', `/v1/conversations/${conversation}/assign`, { cookie, body: { agent: text } }),
    )
    await every('the e-mail of a login', (text) => ask('POST', '/v1/login', { body: { email: text, password: text } }))
    await every('the key of a session', (text) => ask('POST', '/v1/session', { body: { site: text.slice(0, 64) } }))
    await every('the cookie', (text) => ask('GET', '/v1/me', { cookie: q(text) }))
    await every('a visitor’s name and page', (text) =>
      ask('PATCH', '/v1/visitor', { token: visitor.token, body: { name: text, page: { url: text, title: text } } }),
    )
    const offsets = await Promise.all(
      ['9007199254740991', '9007199254740992', '1e308', '-1', 'NaN', '0x10', ''].map((n) =>
        ask('GET', `/v1/thread?after=${n}`, { token: visitor.token }),
      ),
    )
    const attempts = [...answers].map(([name, all]) =>
      attempt(
        `${injections.length} injections as ${name}`,
        all.every(({ status, ms }) => status < 500 && ms < 4_000),
        all.map(inShort).join(', '),
      ),
    )
    const bound = await boundOnly(ground)
    await logStatements(ground, false)
    const [table] = await db.query<{ n: number }>('select count(*)::int as n from visitors where site_id = $1', [site.id])
    return [
      ...attempts,
      attempt(
        'huge, negative and senseless positions',
        offsets.every(({ status }) => status < 500),
        offsets.map(inShort).join(', '),
      ),
      bound,
      attempt('the tables stand', (table?.n ?? 0) > 0, `${table?.n} visitors`),
      rawSql(),
    ]
  },
}

async function logStatements({ db }: Ground, on: boolean): Promise<void> {
  await db.query(on ? `alter system set log_statement = 'all'` : 'alter system reset log_statement')
  await db.query('select pg_reload_conf()')
  await waitFor(
    'Postgres to follow',
    async () => (await db.query<{ log_statement: string }>('show log_statement'))[0]?.log_statement === (on ? 'all' : 'none'),
  )
}

/** What Postgres was told, from its own log: every injection came as a parameter, never as part of a statement. */
async function boundOnly(ground: Ground): Promise<Attempt> {
  const lines = () =>
    ground
      .logs()
      .split('\n')
      .filter((line) => line.includes(marker))
  await waitFor('the injections in the log of Postgres', () => lines().some((line) => line.includes('DETAIL:')))
  const loose = lines().filter((line) => !line.includes('DETAIL:') && !line.startsWith('{'))
  return attempt(
    'Postgres saw them only as bound parameters (its log of statements)',
    loose.length === 0,
    loose[0] ?? `${lines().length} parameters`,
  )
}

/** Identifiers and whole statements made of text are how injections come back one day. */
function rawSql(): Attempt {
  const folder = join(import.meta.dirname, '../../src')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )
  const found = files.filter((name) => /\bsql\s*\.\s*(raw|identifier)\b/.test(readFileSync(join(folder, name), 'utf8')))
  return attempt(
    'no sql.raw and no sql.identifier in the server',
    found.length === 0 && files.length > 100,
    found.join(', ') || `${files.length} files`,
  )
}

const pollution: Attack = {
  id: 'S35',
  title: 'prototype pollution by bodies, queries and messages',
  async run(ground) {
    const { ask, anna, site } = ground
    const { visitor } = await meetWriter(ground)
    const bodies = (fields: object): string[] => [
      `{"__proto__":${JSON.stringify(fields)}}`,
      `{"constructor":{"prototype":${JSON.stringify(fields)}}}`,
      `{"__proto__":{"__proto__":${JSON.stringify(fields)}}}`,
    ]
    const hidden: [string, string, string, object, { token?: string; cookie?: string }][] = [
      ['a session', 'POST', '/v1/session', { site: site.key }, {}],
      ['a login', 'POST', '/v1/login', { email: anna.email, password: anna.password }, {}],
      ['a presence', 'PUT', '/v1/me/presence', { presence: 'away' }, { cookie: anna.cookie }],
    ]
    const attempts: Attempt[] = []
    for (const [name, method, path, fields, who] of hidden) {
      const answers = await Promise.all(bodies(fields).map((body) => ask(method, path, { ...who, body })))
      attempts.push(
        attempt(
          `the fields of ${name} hidden in a prototype do not count`,
          answers.every(({ status }) => status === 422),
          answers.map(inShort).join(', '),
        ),
      )
    }
    const patch = await ask('PATCH', '/v1/visitor', {
      token: visitor.token,
      body: '{"name":"P","__proto__":{"polluted":1},"page":{"url":"u","title":"t","__proto__":{"polluted":1}}}',
    })
    const query = await ask('GET', '/v1/conversations?__proto__[polluted]=1&constructor[prototype][polluted]=1&__proto__=x', {
      cookie: anna.cookie,
    })
    const me = await ask('GET', '/v1/me', { cookie: anna.cookie })
    attempts.push(
      attempt(
        'in a card, in a query: dropped, and no later answer shows it',
        [patch, query, me].every(({ status, text }) => status < 300 && !text.includes('polluted')),
        [patch, query, me].map(inShort).join(', '),
      ),
    )
    return [...attempts, await overTheWire(ground), inProcess()]
  },
}

async function overTheWire(ground: Ground): Promise<Attempt> {
  const user = await meetVisitor(ground)
  await using client = await dialEdge(ground.edgeUrl, { jwt: user.jwt })
  const reply = `_INBOX.${user.id}.a.1`
  client.send(
    `SUB _INBOX.${user.id}.a.* 1\r\n`,
    hpub(`chat.${user.site}.${user.id}.visitor`, '{"__proto__":{"v":1,"id":"x","kind":"text","body":{"text":"x"}}}', {
      reply,
      header: `NATS/1.0\r\nNats-Msg-Id: ${user.id}:01890a5d-ac96-774b-bcce-b302099a8057\r\n\r\n`,
    }),
  )
  const answer = await client.flush()
  return attempt('a message hidden in a prototype', answer.includes('"validation_failed"'), answer)
}

/** The schemas of the wire, in this very process, where a polluted prototype can be seen. */
function inProcess(): Attempt {
  const hostile: unknown = JSON.parse(
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"page":{"__proto__":{"polluted":1}},"v":1,"type":"here"}',
  )
  for (const schema of [message, visitorPatch, visitorPulse]) v.safeParse(schema, hostile)
  return attempt('({}).polluted after the schemas have read it', !('polluted' in {}), 'undefined')
}

export const inputAttacks: readonly Attack[] = [sqlInjection, pollution]
