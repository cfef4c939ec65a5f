import { request } from 'node:http'
import { newId } from '@usher-chat/sdk/protocol'
import { createRevocations } from '../../src/access/revocations.ts'
import { silentLog } from '../../src/log.ts'
import { dialEdge } from '../../test/raw-client.ts'
import { type Attack, type Attempt, attempt, notYet } from '../attempt.ts'
import { type Answer, inShort, sameness } from '../kit/ask.ts'
import type { Ground } from '../kit/ground.ts'
import { type AgentLogin, cookieOf, identityToken, logIn, meetVisitor, natsTokenOf, say } from '../kit/people.ts'

const inSeconds = (offset: number): number => Math.floor(Date.now() / 1_000) + offset

const forgedIdentity: Attack = {
  id: 'S12',
  title: 'be somebody the site does not vouch for: forged and stretched identities',
  async run(ground) {
    const { site, otherSite } = ground
    const good = { sub: 'member-1', name: 'Member One', exp: inSeconds(3_600) }
    const sign = (claims: object, header?: object, hash?: string) => identityToken(site.secret, claims, header, hash)
    const forged: [string, string][] = [
      ['signed with another key', identityToken('not the secret', good)],
      ['signed with the secret of another site', identityToken(otherSite.secret, good)],
      ['of algorithm none, unsigned', sign(good, { alg: 'none' }).replace(/[^.]*$/, '')],
      ['of algorithm none, signed', sign(good, { alg: 'none' })],
      ['of HS512', sign(good, { alg: 'HS512' }, 'sha512')],
      ['that says RS256', sign(good, { alg: 'RS256' })],
      [
        'with a changed body',
        sign(good).replace(/\.[^.]*\./, `.${Buffer.from(JSON.stringify({ ...good, sub: 'admin' })).toString('base64url')}.`),
      ],
      ['over since two minutes', sign({ ...good, exp: inSeconds(-120) })],
      ['valid for ten days', sign({ ...good, exp: inSeconds(864_000) })],
      ['without exp', sign({ sub: 'member-1' })],
      ['not valid yet', sign({ ...good, nbf: inSeconds(600) })],
      ['for another audience', sign({ ...good, aud: otherSite.id })],
      ['without sub', sign({ exp: good.exp })],
      ['whose sub is an object', sign({ ...good, sub: { $ne: '' } })],
      ['whose name holds NUL', sign({ ...good, name: 'a\0b' })],
      ['that is no JWT', 'x.y.z'],
      ['that is a visitor token', (await meetVisitor(ground)).token],
    ]
    const answers = new Map<string, Answer>()
    for (const [name, identity] of forged)
      answers.set(name, await ground.ask('POST', '/v1/session', { body: { site: site.key, identity } }))
    const first = sameness([...answers.values()][0] as Answer)
    const attempts = [...answers].map(([name, answer]) =>
      attempt(
        `an identity ${name}: refused, in the same words as the others`,
        answer.status === 401 && sameness(answer) === first,
        inShort(answer),
      ),
    )
    return [...attempts, ...(await oversized(ground)), ...(await goodIdentity(ground, sign(good)))]
  },
}

async function oversized({ ask, site, url }: Ground): Promise<Attempt[]> {
  const body = (length: number) => ({ site: site.key, identity: 'a'.repeat(length) })
  const long = await ask('POST', '/v1/session', { body: body(5_000) })
  const huge = await statusOfHuge(`${url}/v1/session`, JSON.stringify(body(1_048_576)))
  return [
    attempt('an identity of 5,000 characters', long.status === 422, inShort(long)),
    attempt('an identity of 1 MB', huge === '413' || huge === 'ECONNRESET' || huge === 'EPIPE', huge),
  ]
}

/** On a connection of its own: whoever is refused while still sending may see it end before the answer. */
function statusOfHuge(url: string, body: string): Promise<string> {
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', agent: false, headers: { 'Content-Type': 'application/json' } }, (response) => {
      resolve(String(response.statusCode))
      response.destroy()
    })
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    sent.end(body)
  })
}

/** The forged ones fail for what is forged, not because no identity works. */
async function goodIdentity(ground: Ground, identity: string): Promise<Attempt[]> {
  const [here, again] = [await meetVisitor(ground, ground.site, { identity }), await meetVisitor(ground, ground.site, { identity })]
  const none = await meetVisitor(ground)
  return [
    attempt(
      'a true identity is accepted, and is the same visitor twice (a token is good until it ends, at most a day)',
      here.identified && here.id === again.id,
      here.id,
    ),
    attempt('no identity: a visitor of their own, not identified', !none.identified && none.id !== here.id, none.id),
  ]
}

const claimedEmail: Attack = {
  id: 'S13',
  title: 'claim the e-mail of a known person without an identity',
  async run(ground) {
    const email = `known-${newId()}@example.com`
    const identity = identityToken(ground.site.secret, { sub: newId(), email, exp: inSeconds(3_600) })
    const known = await meetVisitor(ground, ground.site, { identity })
    await ground.ask('PATCH', '/v1/visitor', { token: known.token, body: {} })
    await say(ground, known, 'my secret order')
    const thief = await meetVisitor(ground)
    const patch = await ground.ask('PATCH', '/v1/visitor', { token: thief.token, body: { email } })
    const thread = await ground.ask('GET', '/v1/thread', { token: thief.token })
    const rows = await ground.db.query<{ id: string; external: string | null }>(
      'select id, external_id as external from visitors where email = $1',
      [email],
    )
    const typedOver = await ground.ask('PATCH', '/v1/visitor', { token: known.token, body: { email: 'other@example.com', name: 'Other' } })
    const [card] = await ground.db.query<{ email: string }>('select email from visitors where id = $1', [known.id])
    return [
      attempt(
        'the claim makes no known person of a stranger',
        thief.id !== known.id && rows.find(({ id }) => id === thief.id)?.external === null,
        inShort(patch),
      ),
      attempt(
        'the thread shown is the stranger’s own, empty',
        !thread.text.includes('secret order') && thread.text.includes('"messages":[]'),
        thread.text,
      ),
      attempt('what is typed does not replace what the site vouches for', card?.email === email, inShort(typedOver)),
    ]
  },
}

const cookies: Attack = {
  id: 'S27',
  title: 'plant, keep and replay session cookies',
  async run({ ask, ben }) {
    const planted = 'A'.repeat(43)
    const first = await ask('POST', '/v1/login', { body: { email: ben.email, password: ben.password }, cookie: planted })
    const header = first.headers.get('set-cookie') ?? ''
    const cookie = cookieOf(first.headers) ?? ''
    const withPlanted = await ask('GET', '/v1/me', { cookie: planted })
    const second = await ask('POST', '/v1/login', { body: { email: ben.email, password: ben.password }, cookie })
    const next = cookieOf(second.headers) ?? ''
    const replaced = await ask('GET', '/v1/me', { cookie })
    await ask('POST', '/v1/logout', { cookie: next, body: {} })
    const afterLogout = await ask('GET', '/v1/me', { cookie: next })
    const sibling = await ask('GET', '/v1/me', { headers: { Cookie: `usher=${cookie}; __Secure-usher=${cookie}` } })
    return [
      attempt(
        'attributes HttpOnly, Secure, SameSite, Path=/, no Domain, name __Host-',
        ['__Host-usher=', 'HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/'].every((part) => header.includes(part)) && !/domain/i.test(header),
        header.replace(cookie, '…'),
      ),
      attempt(
        'a session planted before the login is not the one after it',
        cookie !== planted && withPlanted.status === 401,
        inShort(withPlanted),
      ),
      attempt('the session of before ends with the next login', replaced.status === 401, inShort(replaced)),
      attempt('a cookie used again after the logout', afterLogout.status === 401, inShort(afterLogout)),
      attempt('the value under a name other hosts can set', sibling.status === 401, inShort(sibling)),
    ]
  },
}

/** How often each kind of login is tried for its time. */
const tries = 12

const enumeration: Attack = {
  id: 'S37',
  title: 'find out who has an account',
  async run({ ask, anna, db }) {
    const bot = newId()
    await db.query(`insert into agents (id, email, name, password_hash, role) values ($1, $2, 'A bot', '', 'bot')`, [
      bot,
      `${bot}@bots.example`,
    ])
    const emails = { known: anna.email, unknown: `nobody-${newId()}@demo.example`, bot: `${bot}@bots.example` }
    const times: Record<string, number[]> = { known: [], unknown: [], bot: [] }
    const words = new Set<string>()
    for (let round = 0; round < tries; round++) {
      for (const [kind, email] of Object.entries(emails)) {
        const answer = await ask('POST', '/v1/login', { body: { email, password: 'not the password' } })
        times[kind]?.push(answer.ms)
        words.add(sameness(answer))
      }
    }
    const medians = Object.fromEntries(Object.entries(times).map(([kind, all]) => [kind, median(all)]))
    const [least, most] = [Math.min(...Object.values(medians)), Math.max(...Object.values(medians))]
    return [
      attempt('a known e-mail, an unknown one and that of a bot get the same words', words.size === 1, [...words][0] ?? ''),
      attempt(
        `and the same time (medians of ${tries} within a factor of 1.5)`,
        most < least * 1.5,
        `${Object.entries(medians)
          .map(([kind, ms]) => `${kind} ${ms.toFixed(1)} ms`)
          .join(', ')}`,
      ),
      notYet('resetting a password, inviting', 'there is no reset and no invitation yet'),
    ]
  },
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Longest a removed agent may go on, ms. */
const goneWithinMs = 5_000

const removedAgent: Attack = {
  id: 'S39',
  title: 'go on after being removed: open sockets, tokens, logins',
  async run(ground) {
    const agent = await addAgent(ground)
    const jwt = await natsTokenOf(ground, agent)
    await using client = await dialEdge(ground.edgeUrl, { jwt })
    client.send(`SUB live.chat.${ground.site.id}.> 1\r\n`)
    await client.flush()
    const since = Date.now()
    await removeAgent(ground, agent)
    const end = await client.closed
    const took = Date.now() - since
    const me = await ground.ask('GET', '/v1/me', { cookie: agent.cookie })
    const token = await ground.ask('GET', '/v1/me/nats', { cookie: agent.cookie })
    const login = await ground.ask('POST', '/v1/login', { body: { email: agent.email, password: agent.password } })
    await using again = await dialEdge(ground.edgeUrl, { jwt })
    const second = await again.closed
    return [
      attempt(
        `the open socket ends within ${goneWithinMs / 1_000} s`,
        end.code === 4403 && took <= goneWithinMs,
        `${end.code} ${end.reason} after ${took} ms`,
      ),
      attempt('the login', me.status === 401, inShort(me)),
      attempt('a new socket token', token.status === 401, inShort(token)),
      attempt('logging in anew, with the right password', login.status === 401, inShort(login)),
      attempt('the old socket token once more', second.code === 4403, `${second.code} ${second.reason}`),
      notYet(
        'removing by a command of the console',
        'there is none yet; here the agent is deactivated in Postgres and revoked through the server’s own module',
      ),
    ]
  },
}

async function addAgent({ ask, db, site, ben }: Ground): Promise<AgentLogin> {
  const id = newId()
  await db.query(
    `insert into agents (id, email, name, password_hash) select $1, $2, 'Rita Removed', password_hash from agents where id = $3`,
    [id, `${id}@demo.example`, ben.id],
  )
  await db.query('insert into team_members (site_id, team_id, agent_id) values ($1, $1, $2)', [site.id, id])
  return logIn(ask, { email: `${id}@demo.example`, password: ben.password })
}

async function removeAgent({ db, bus }: Ground, { id }: AgentLogin): Promise<void> {
  await db.query('update agents set deactivated_at = now() where id = $1', [id])
  const revocations = createRevocations({ db, bus, log: silentLog, now: Date.now })
  await revocations.revoke(id)
  await bus.flush()
  revocations.stop()
}

/** Logging out ends the agent's open socket: the part of S15 that needs no browser. */
export async function logoutEndsSocket(ground: Ground): Promise<Attempt> {
  const agent = await addAgent(ground)
  await using client = await dialEdge(ground.edgeUrl, { jwt: await natsTokenOf(ground, agent) })
  await client.flush()
  await ground.ask('POST', '/v1/logout', { cookie: agent.cookie, body: {} })
  const { code, reason } = await client.closed
  return attempt('an agent’s socket ends with the logout', code === 4403, reason)
}

export const identityAttacks: readonly Attack[] = [forgedIdentity, claimedEmail, cookies, enumeration, removedAgent]
