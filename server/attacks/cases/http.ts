import { newId } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import { dialEdge } from '../../test/raw-client.ts'
import { waitFor } from '../../test/wait-for.ts'
import { type Attack, type Attempt, attempt, notYet } from '../attempt.ts'
import { type Answer, inShort, type Question, sameness } from '../kit/ask.ts'
import type { Ground } from '../kit/ground.ts'
import { conversationOf, meetVisitor, meetWriter, natsTokenOf, say, visitorMessage } from '../kit/people.ts'

const openApi = v.object({
  paths: v.record(
    v.string(),
    v.record(v.string(), v.object({ operationId: v.string(), security: v.optional(v.array(v.record(v.string(), v.unknown()))) })),
  ),
})

interface RouteLine {
  method: string
  path: string
  id: string
  who: 'visitor' | 'agent' | 'anyone'
}

/** The table of routes, as the running server documents it. */
async function routesOf({ ask }: Ground): Promise<RouteLine[]> {
  const { json } = await ask('GET', '/openapi.json')
  return Object.entries(v.parse(openApi, json).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, security = [] }]) => {
      const needs = Object.keys(security[0] ?? {})
      const who = needs.includes('visitorToken') ? 'visitor' : needs.includes('agentCookie') ? 'agent' : 'anyone'
      return { method: method.toUpperCase(), path, id: operationId, who } as const
    }),
  )
}

/** A body and query every route takes, so that a refusal is about who asks. */
const valid = (route: RouteLine, site: string): { body?: unknown; query: string } => ({
  ...(route.method === 'GET' ? {} : { body: { presence: 'away' } }),
  query: route.path.startsWith('/v1/visitors/') ? `?site=${site}` : '',
})

const everyRouteEveryRole: Attack = {
  id: 'S8',
  title: 'every route of the document × every kind of caller × own, foreign and missing objects',
  async run(ground) {
    const routes = (await routesOf(ground)).filter(({ path }) => path.startsWith('/v1/'))
    const foreign = await meetWriter(ground)
    const stranger = await meetVisitor(ground)
    const callers: Record<string, Question> = {
      nobody: {},
      'a made-up token': { cookie: 'A'.repeat(43), token: 'v1.e30.AAAA' },
      'a visitor': { token: stranger.token, cookie: stranger.token },
      'an agent': { cookie: ground.anna.cookie, token: ground.anna.cookie },
      'a socket token': { token: stranger.jwt, cookie: stranger.jwt },
    }
    const right: Record<RouteLine['who'], string | undefined> = { visitor: 'a visitor', agent: 'an agent', anyone: undefined }
    const attempts: Attempt[] = []
    for (const route of routes.filter(({ who }) => who !== 'anyone')) {
      const path = route.path.replace('{id}', route.path.includes('/visitors/') ? foreign.visitor.id : foreign.conversation)
      const { body, query } = valid(route, ground.site.id)
      const wrong = Object.entries(callers).filter(([name]) => name !== right[route.who])
      const answers = await Promise.all(wrong.map(([, caller]) => ground.ask(route.method, path + query, { ...caller, body })))
      const came = wrong.map(([name], at) => `${name}: ${inShort(answers[at] as Answer)}`).join(', ')
      attempts.push(
        attempt(
          `${route.method} ${route.path} by ${wrong.map(([name]) => name).join(', ')}`,
          answers.every(({ status }) => status === 401),
          came,
        ),
      )
    }
    const objects = routes.filter(({ path, who }) => path.includes('{id}') && who === 'agent')
    for (const route of objects) attempts.push(...(await foreignObject(ground, route, foreign)))
    return [
      ...attempts,
      attempt(
        'routes of the document that were asked',
        routes.length >= 14 && objects.length >= 6,
        `${routes.length}, ${objects.length} of them for one object`,
      ),
    ]
  },
}

/** How often foreign and missing objects are asked for, for the time it takes. */
const timedAsks = 15

async function foreignObject(
  ground: Ground,
  route: RouteLine,
  { visitor, conversation }: Awaited<ReturnType<typeof meetWriter>>,
): Promise<Attempt[]> {
  const own = route.path.includes('/visitors/') ? visitor.id : conversation
  const attempts: Attempt[] = []
  for (const [name, caller] of [
    ['an agent of another site', ground.outsider],
    ['an agent of no team', ground.loner],
  ] as const) {
    const { body } = valid(route, ground.site.id)
    // The site named is the object's own: only who asks is wrong.
    const ask = (id: string, site = ground.site.id) =>
      ground.ask(route.method, route.path.replace('{id}', id) + valid(route, site).query, { cookie: caller.cookie, body })
    const [foreign, missing, crossed] = [await ask(own), await ask(newId()), await ask(own, ground.otherSite.id)]
    const same = [missing, ...(route.path.endsWith('/thread') && name === 'an agent of another site' ? [] : [crossed])].every(
      (answer) => sameness(answer) === sameness(foreign),
    )
    const times = { foreign: [] as number[], missing: [] as number[] }
    for (let round = 0; round < timedAsks; round++) {
      times.foreign.push((await ask(own)).ms)
      times.missing.push((await ask(newId())).ms)
    }
    const [a, b] = [middle(times.foreign), middle(times.missing)]
    attempts.push(
      attempt(
        `${route.method} ${route.path} of a foreign object by ${name}: as if it were missing`,
        foreign.status === 404 && same && !crossed.text.includes('hello'),
        `${inShort(foreign)}, missing ${inShort(missing)}, other site named ${inShort(crossed)}`,
      ),
      attempt(`… and in the same time`, Math.abs(a - b) < Math.max(3, Math.min(a, b)), `medians ${a.toFixed(1)} and ${b.toFixed(1)} ms`),
    )
  }
  return attempts
}

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const otherSites: Attack = {
  id: 'S9',
  title: 'an agent of another site: lists, counts, threads, live events',
  async run(ground) {
    const { ask, outsider, loner, site } = ground
    const { visitor, conversation } = await meetWriter(ground)
    const attempts: Attempt[] = []
    for (const [name, { cookie }] of [
      ['another site', outsider],
      ['no team', loner],
    ] as const) {
      const lists = await Promise.all(
        ['mine', 'queue', 'all', 'resolved'].map((view) => ask('GET', `/v1/conversations?view=${view}`, { cookie })),
      )
      const empty = lists.every(({ text }) => text.includes('"items":[]') && text.includes('"counts":{"mine":0,"queue":0,"all":0}'))
      attempts.push(attempt(`lists and counts, by an agent of ${name}`, empty, lists.map(({ text }) => text.slice(0, 80)).join(' ')))
      const byId = await ask('GET', `/v1/conversations?ids=${conversation}`, { cookie })
      attempts.push(attempt(`the list by its very id, by an agent of ${name}`, byId.text.includes('"items":[]'), byId.text))
      const assigned = await ask('POST', `/v1/conversations/${conversation}/assign`, {
        cookie: ground.anna.cookie,
        body: { agent: name === 'no team' ? loner.id : outsider.id, take: true },
      })
      attempts.push(
        attempt(`a colleague hands it to an agent of ${name}`, assigned.status >= 400 && assigned.status < 500, inShort(assigned)),
      )
    }
    const none = await ask('GET', '/v1/me/nats', { cookie: loner.cookie })
    attempts.push(attempt('a socket token for an agent of no team', none.status === 403, inShort(none)))
    await using client = await dialEdge(ground.edgeUrl, { jwt: await natsTokenOf(ground, outsider) })
    for (const subject of [
      `live.chat.${site.id}.>`,
      `live.chat.${site.id}.${visitor.id}.visitor`,
      `pulse.${site.id}.>`,
      `saved.${site.id}.>`,
      'live.chat.*.>',
      'live.chat.>',
      'saved.>',
    ]) {
      client.send(`SUB ${subject} ${attempts.length}\r\n`)
      const answer = await client.flush()
      attempts.push(attempt(`SUB ${subject.replace(site.id, '<site>').replace(visitor.id, '<visitor>')}`, answer.includes('-ERR'), answer))
    }
    await say(ground, visitor, 'once more')
    const leaked = await client.flush()
    return [
      ...attempts,
      attempt('their visitor writes; the agent of another site hears', leaked === '', leaked || 'nothing'),
      notYet('search and exports', 'there are none yet'),
    ]
  },
}

const extraFields: Attack = {
  id: 'S10',
  title: 'say more than one may: site, role, author, time and seq in bodies and messages',
  async run(ground) {
    const { ask, db, otherSite, site } = ground
    const extra = {
      site_id: otherSite.id,
      siteId: otherSite.id,
      role: 'owner',
      sender_type: 'agent',
      author: { role: 'agent', id: ground.anna.id },
      created_at: '2001-01-01',
      at: '2001-01-01T00:00:00Z',
      seq: 1,
      identified: true,
      external_id: 'x',
    }
    const visitor = await meetVisitor(ground, site, extra)
    await ask('PATCH', '/v1/visitor', { token: visitor.token, body: { ...extra, name: 'Extra', id: otherSite.id } })
    await using client = await dialEdge(ground.edgeUrl, { jwt: visitor.jwt })
    const plain = visitorMessage(visitor, 'with extras').toString()
    const payload = /\{.*\}/.exec(plain)?.[0] ?? ''
    const longer = JSON.stringify({ ...JSON.parse(payload), ...extra, internal: true, epoch: 99 })
    client.send(
      plain
        .replace(payload, longer)
        .replace(/(HPUB \S+ (\d+)) \d+/, (_, head: string, size: string) => `${head} ${Number(size) + Buffer.byteLength(longer)}`),
    )
    await client.flush()
    const stored = async () =>
      (
        await db.query<Record<string, unknown>>(
          'select site_id, author_role, author_id, internal, body, at from messages where visitor_id = $1 and author_role = $2',
          [visitor.id, 'visitor'],
        )
      )[0]
    await waitFor('the message to be saved', async () => (await stored()) !== undefined)
    const row = await stored()
    const [card] = await db.query<Record<string, unknown>>('select site_id, id, external_id from visitors where id = $1', [visitor.id])
    const conversation = await conversationOf(ground, visitor)
    const assigned = await ask('POST', `/v1/conversations/${conversation}/assign`, {
      cookie: ground.anna.cookie,
      body: { ...extra, take: true, status: 'resolved' },
    })
    await ask('PUT', '/v1/me/presence', { cookie: ground.anna.cookie, body: { presence: 'away', role: 'owner', capacity: 9_999 } })
    const me = await ask('GET', '/v1/me', { cookie: ground.anna.cookie })
    const fresh = row?.at instanceof Date && Date.now() - row.at.getTime() < 60_000
    return [
      attempt('in the session', visitor.site === site.id && !visitor.identified, visitor.id),
      attempt('in the visitor’s card', card?.site_id === site.id && card.external_id === null, card),
      attempt(
        'in a message',
        row?.site_id === site.id &&
          row.author_role === 'visitor' &&
          row.author_id === visitor.id &&
          row.internal === false &&
          fresh &&
          JSON.stringify(row.body) === '{"text":"with extras"}',
        row,
      ),
      attempt('in an assignment', assigned.status === 200 && assigned.text.includes('"status":"open"'), inShort(assigned)),
      attempt('in one’s presence', me.text.includes('"role":"agent"') && !me.text.includes('9999'), me.text),
    ]
  },
}

const races: Attack = {
  id: 'S29',
  title: '50 at once: first messages, assignments, resolutions',
  async run(ground) {
    const { ask, db, anna, ben } = ground
    const visitor = await meetVisitor(ground)
    await say(ground, visitor, ...Array.from({ length: 50 }, (_, n) => `first ${n}`))
    const conversation = await conversationOf(ground, visitor)
    const [opened] = await db.query<{ n: number }>('select count(*)::int as n from conversations where visitor_id = $1', [visitor.id])
    await Promise.all([anna, ben].map(({ cookie }) => ask('PUT', '/v1/me/presence', { cookie, body: { presence: 'offline' } })))
    await waitFor('the conversation to be queued', async () => (await statusOf(ground, conversation)).status === 'queued')
    const both = Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? anna : ben))
    const taken = await Promise.all(both.map(({ cookie }) => ask('POST', `/v1/conversations/${conversation}/assign`, { cookie, body: {} })))
    const assigned = await eventsOf(ground, visitor.id, 'conversation.assigned', 1)
    const resolved = await Promise.all(
      both.map(({ cookie }) => ask('POST', `/v1/conversations/${conversation}/resolve`, { cookie, body: {} })),
    )
    const ended = await eventsOf(ground, visitor.id, 'conversation.resolved', 1)
    const after = await statusOf(ground, conversation)
    return [
      attempt('50 first messages at once open one conversation', opened?.n === 1, `${opened?.n} conversations`),
      attempt(
        'two agents take it 25 times each: one of them has it, told once',
        taken.every(({ status }) => status === 200 || status === 409) && assigned === 1,
        `${tally(taken)}; ${assigned} assignments told`,
      ),
      attempt(
        'both resolve it 25 times: resolved once',
        resolved.every(({ status }) => status < 500) && after.status === 'resolved' && ended === 1,
        `${tally(resolved)}; ${ended} resolutions told`,
      ),
    ]
  },
}

async function statusOf({ db }: Ground, id: string): Promise<{ status: string | undefined }> {
  const [row] = await db.query<{ status: string }>('select status from conversations where id = $1', [id])
  return { status: row?.status }
}

/** How many events of a type the thread holds, once there are at least so many and the server's outbox is empty. */
async function eventsOf({ db }: Ground, visitor: string, type: string, least: number): Promise<number> {
  const count = async () =>
    (
      await db.query<{ n: number }>(`select count(*)::int as n from messages where visitor_id = $1 and body ->> 'type' = $2`, [
        visitor,
        type,
      ])
    )[0]?.n ?? 0
  const waiting = async () =>
    (await db.query<{ n: number }>('select count(*)::int as n from outbox where visitor_id = $1', [visitor]))[0]?.n ?? 0
  await waitFor(`${type} to be told`, async () => (await waiting()) === 0 && (await count()) >= least)
  return count()
}

function tally(answers: readonly Answer[]): string {
  const counts = new Map<string, number>()
  for (const answer of answers) counts.set(inShort(answer), (counts.get(inShort(answer)) ?? 0) + 1)
  return [...counts].map(([what, times]) => `${times} × ${what}`).join(', ')
}

export const httpAttacks: readonly Attack[] = [everyRouteEveryRole, otherSites, extraFields, races]
