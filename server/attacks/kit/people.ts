import { createHmac } from 'node:crypto'
import { encode, newMessageId, session, subjects } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import { hpub, messageHeader, textMessage } from '../../test/edge-commands.ts'
import { dialEdge, type RawClient } from '../../test/raw-client.ts'
import { waitFor } from '../../test/wait-for.ts'
import type { Ask } from './ask.ts'
import type { Ground } from './ground.ts'

export interface NamedSite {
  readonly id: string
  readonly key: string
  /** With which its backend signs identities. */
  readonly secret: string
}

export interface AgentLogin {
  readonly id: string
  readonly email: string
  readonly password: string
  /** The value of the session cookie. */
  readonly cookie: string
}

export interface GroundVisitor {
  readonly id: string
  readonly site: string
  /** For HTTP. */
  readonly token: string
  /** For the edge. */
  readonly jwt: string
  readonly identified: boolean
}

/** The cookie's value in an answer that sets it. */
export const cookieOf = (headers: Headers): string | undefined => /__Host-usher=([^;]+)/.exec(headers.get('set-cookie') ?? '')?.[1]

export async function logIn(ask: Ask, { email, password }: { email: string; password: string }): Promise<AgentLogin> {
  const answer = await ask('POST', '/v1/login', { body: { email, password } })
  const cookie = cookieOf(answer.headers)
  if (answer.status !== 200 || cookie === undefined) throw new Error(`unable to log ${email} in; the server answers ${answer.text}`)
  const { id } = v.parse(v.object({ id: v.string() }), answer.json)
  return { id, email, password, cookie }
}

/** A fresh visitor, over HTTP as a page would. `more` goes into the body. */
export async function meetVisitor(
  { ask, site }: Pick<Ground, 'ask' | 'site'>,
  at: NamedSite = site,
  more: object = {},
): Promise<GroundVisitor> {
  const answer = await ask('POST', '/v1/session', { body: { site: at.key, ...more } })
  if (answer.status !== 201) throw new Error(`unable to start a session; the server answers ${answer.text}`)
  const { visitor, token, nats } = v.parse(session, answer.json)
  return { id: visitor.id, site: at.id, token, jwt: nats.jwt, identified: visitor.identified }
}

/** The socket token of a logged-in agent. */
export async function natsTokenOf({ ask }: Pick<Ground, 'ask'>, { cookie }: Pick<AgentLogin, 'cookie'>): Promise<string> {
  const answer = await ask('GET', '/v1/me/nats', { cookie })
  return v.parse(v.object({ jwt: v.string() }), answer.json).jwt
}

/** A visitor's message as bytes for the edge. */
export function visitorMessage(
  { site, id }: Pick<GroundVisitor, 'site' | 'id'>,
  text: string,
  { messageId = newMessageId(), reply = '' } = {},
): Buffer {
  return hpub(subjects.visitorMessage(site, id), textMessage(text, messageId), { header: messageHeader(id, messageId), reply })
}

/** An agent's answer as bytes for the edge. */
export function agentMessage(to: Pick<GroundVisitor, 'site' | 'id'>, agent: string, text: string): Buffer {
  const messageId = newMessageId()
  return hpub(subjects.agentMessage(to.site, to.id, agent), textMessage(text, messageId), { header: messageHeader(agent, messageId) })
}

/** Writes as the visitor, through the edge, and waits until all of it is saved. */
export async function say(ground: Pick<Ground, 'edgeUrl' | 'db'>, visitor: GroundVisitor, ...texts: string[]): Promise<void> {
  await using client = await dialEdge(ground.edgeUrl, { jwt: visitor.jwt })
  await sayOn(client, ground, visitor, texts)
}

async function sayOn(client: RawClient, { db }: Pick<Ground, 'db'>, visitor: GroundVisitor, texts: readonly string[]): Promise<void> {
  const counted = async () =>
    (
      await db.query<{ n: number }>('select count(*)::int as n from messages where visitor_id = $1 and author_role = $2', [
        visitor.id,
        'visitor',
      ])
    )[0]?.n ?? 0
  const before = await counted()
  client.send(...texts.map((text) => visitorMessage(visitor, text)))
  const answer = await client.flush()
  if (answer.includes('-ERR')) throw new Error(`unable to write as a visitor; the edge answers ${answer}`)
  await waitFor('the messages to be saved', async () => (await counted()) >= before + texts.length)
}

/** The newest conversation of a visitor, once the router has opened one. */
export async function conversationOf({ db }: Pick<Ground, 'db'>, visitor: Pick<GroundVisitor, 'id'>): Promise<string> {
  let id: string | undefined
  await waitFor('the conversation to be opened', async () => {
    id = (
      await db.query<{ id: string }>('select id from conversations where visitor_id = $1 order by opened_seq desc limit 1', [visitor.id])
    )[0]?.id
    return id !== undefined
  })
  return id ?? ''
}

/** A visitor who has written, and their conversation. */
export async function meetWriter(
  ground: Ground,
  at: NamedSite = ground.site,
  text = 'hello',
): Promise<{ visitor: GroundVisitor; conversation: string }> {
  const visitor = await meetVisitor(ground, at)
  await ground.ask('PATCH', '/v1/visitor', { token: visitor.token, body: { locale: 'en' } })
  await say(ground, visitor, text)
  return { visitor, conversation: await conversationOf(ground, visitor) }
}

/** An identity as a site's backend signs it, or as somebody forges it. */
export function identityToken(secret: string, claims: object, header: object = { alg: 'HS256', typ: 'JWT' }, hash = 'sha256'): string {
  const part = (value: object): string => Buffer.from(encode(value)).toString('base64url')
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`
}
