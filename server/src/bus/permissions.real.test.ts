import { encode, newId, newMessageId, subjects } from '@usher-chat/sdk/protocol'
import { connect as connectNats, createInbox, jwtAuthenticator } from 'nats'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { pub, rawNats } from '../../test/raw-nats.ts'
import { startNats, type TestNats } from '../../test/start-stack.ts'
import { encodeJwt } from '../access/jwt.ts'
import { createKeyPair } from '../access/nkeys.ts'
import { mintAgentJwt, mintVisitorJwt, userPublicKey } from '../access/user-jwt.ts'

const [site, otherSite, visitor, otherVisitor, agent, otherAgent] = Array.from({ length: 6 }, newId) as [
  string,
  string,
  string,
  string,
  string,
  string,
]

let nats: TestNats

beforeAll(async () => {
  nats = await startNats()
})

afterAll(() => nats.stop())

const visitorJwt = (): string => mintVisitorJwt({ keys: nats.keys, site, visitor, now: Date.now() }).jwt
const agentJwt = (sites = [site]): string => mintAgentJwt({ keys: nats.keys, sites, agent, now: Date.now() }).jwt
const refusedPublish = (subject: string): string => `Permissions Violation for Publish to "${subject}"`
const refusedSubscribe = (subject: string): string => `Permissions Violation for Subscription to "${subject}"`

async function answerTo(jwt: string, ...lines: string[]): Promise<string> {
  await using line = await rawNats({ port: nats.port, jwt })
  return await line.say(...lines)
}

/** Streams and consumers are changed by these; nobody who chats, nor the running server, may reach them. */
const admin = [
  '$JS.API.STREAM.PURGE.CHAT',
  '$JS.API.STREAM.DELETE.CHAT',
  '$JS.API.STREAM.UPDATE.CHAT',
  '$JS.API.STREAM.MSG.DELETE.CHAT',
  '$JS.API.CONSUMER.DELETE.CHAT.history',
  '$JS.API.CONSUMER.DURABLE.CREATE.CHAT.mine',
  '$JS.API.STREAM.CREATE.OTHER',
]

describe('a visitor', () => {
  test('[P6] may write and pulse in their own thread', async () => {
    const answer = await answerTo(visitorJwt(), pub(subjects.visitorMessage(site, visitor)), pub(subjects.visitorPulse(site, visitor)))
    expect(answer).toContain('PONG')
    expect(answer).not.toContain('-ERR')
  })

  test('[P6] may publish nothing that is not theirs', async () => {
    const foreign = [
      subjects.visitorMessage(site, otherVisitor),
      subjects.visitorMessage(otherSite, visitor),
      subjects.agentMessage(site, visitor, agent),
      subjects.agentMessage(site, visitor, visitor),
      subjects.note(site, visitor, visitor),
      subjects.event(site, visitor),
      subjects.internal(site, visitor),
      subjects.visitorPulse(site, otherVisitor),
      subjects.agentPulse(site, visitor, agent),
      subjects.presence(visitor),
      subjects.saved(site, visitor),
      `live.${subjects.visitorMessage(site, visitor)}`,
      `_INBOX.${visitor}.x`,
      `_INBOX.${otherVisitor}.x`,
      `${subjects.visitorMessage(site, visitor)}.more`,
      '$JS.API.CONSUMER.MSG.NEXT.CHAT.history',
      '$JS.ACK.CHAT.history.1.1.1.1.1',
      '$JS.API.DIRECT.GET.CHAT',
      '$SYS.REQ.SERVER.PING',
      ...admin,
    ]
    const answer = await answerTo(visitorJwt(), ...foreign.map((subject) => pub(subject)))
    for (const subject of foreign) expect(answer).toContain(refusedPublish(subject))
  })

  test('[P6] may listen to their own thread and inbox, and to nothing else', async () => {
    const own = [
      `live.${subjects.visitorMessage(site, visitor)}`,
      `live.chat.${site}.${visitor}.agent.*`,
      `live.${subjects.event(site, visitor)}`,
      `pulse.${site}.${visitor}.agent.*`,
      subjects.saved(site, visitor),
      `_INBOX.${visitor}.>`,
    ]
    const foreign = [
      '>',
      '*.>',
      '_INBOX.>',
      '_INBOX.*.>',
      `_INBOX.${otherVisitor}.>`,
      `live.chat.${site}.*.visitor`,
      `live.chat.${site}.${visitor}.>`,
      `live.chat.${site}.${visitor}.note.*`,
      `live.${subjects.internal(site, visitor)}`,
      `live.${subjects.visitorMessage(site, otherVisitor)}`,
      `live.${subjects.visitorMessage(otherSite, visitor)}`,
      subjects.savedInternal(site, visitor),
      subjects.visitorMessage(site, visitor),
      'chat.>',
      'presence.>',
      `pulse.${site}.>`,
      '$JS.>',
      '$SYS.>',
    ]
    const answer = await answerTo(visitorJwt(), ...[...own, ...foreign].map((subject, i) => `SUB ${subject} ${i + 1}`))
    for (const subject of own) expect(answer).not.toContain(refusedSubscribe(subject))
    for (const subject of foreign) expect(answer).toContain(refusedSubscribe(subject))
  })
})

describe('an agent', () => {
  test('[P6] may write, note and pulse in every thread of each of their sites, as themselves only', async () => {
    const jwt = agentJwt([site, otherSite])
    const own = [
      subjects.agentMessage(site, visitor, agent),
      subjects.agentMessage(otherSite, otherVisitor, agent),
      subjects.note(site, otherVisitor, agent),
      subjects.agentPulse(otherSite, visitor, agent),
      subjects.presence(agent),
    ]
    const allowed = await answerTo(jwt, ...own.map((subject) => pub(subject)))
    expect(allowed).toContain('PONG')
    expect(allowed).not.toContain('-ERR')
    const foreign = [
      subjects.agentMessage(site, visitor, otherAgent),
      subjects.agentMessage(newId(), visitor, agent),
      subjects.note(site, visitor, otherAgent),
      subjects.visitorMessage(site, visitor),
      subjects.event(site, visitor),
      subjects.internal(site, visitor),
      subjects.presence(otherAgent),
      subjects.saved(site, visitor),
      `_INBOX.${visitor}.x`,
      '$JS.API.DIRECT.GET.CHAT',
      ...admin,
    ]
    const answer = await answerTo(jwt, ...foreign.map((subject) => pub(subject)))
    for (const subject of foreign) expect(answer).toContain(refusedPublish(subject))
  })

  test('[P6] listens to their sites, all agents and their own inbox, and to nothing else', async () => {
    const own = [`live.chat.${site}.>`, `pulse.${site}.>`, 'presence.>', `saved.${site}.>`, `_INBOX.${agent}.>`]
    const foreign = [
      'live.chat.>',
      'live.>',
      `live.chat.${otherSite}.>`,
      `live.chat.*.${visitor}.visitor`,
      'saved.>',
      '_INBOX.>',
      'chat.>',
      `_INBOX.${otherAgent}.>`,
    ]
    const answer = await answerTo(agentJwt(), ...[...own, ...foreign].map((subject, i) => `SUB ${subject} ${i + 1}`))
    for (const subject of own) expect(answer).not.toContain(refusedSubscribe(subject))
    for (const subject of foreign) expect(answer).toContain(refusedSubscribe(subject))
  })
})

describe('a token', () => {
  const claims = (extra: Record<string, unknown> = {}) => ({
    sub: userPublicKey(nats.keys.userSecret, visitor),
    name: visitor,
    iat: Math.floor(Date.now() / 1000),
    exp: Math.floor(Date.now() / 1000) + 60,
    nats: { issuer_account: nats.keys.account, tags: [`site:${site}`], type: 'user', version: 2, ...extra },
  })

  test('[P6] that asks for rights of its own is refused by the broker', async () => {
    const jwt = encodeJwt(claims({ pub: { allow: ['>'] } }), nats.keys.visitor)
    expect(await answerTo(jwt)).toContain('Authorization Violation')
  })

  test('[P6] signed by a key that is not ours is refused by the broker', async () => {
    expect(await answerTo(encodeJwt(claims(), createKeyPair('A')))).toContain('Authorization Violation')
  })

  test('[P6] that has expired is refused by the broker', async () => {
    const { jwt } = mintVisitorJwt({ keys: nats.keys, site, visitor, ttlMs: 1_000, now: Date.now() - 60_000 })
    expect(await answerTo(jwt)).toContain('-ERR')
  })
})

describe('the server', () => {
  test('[P6] may neither change nor empty the stream, nor speak for a visitor or an agent', async () => {
    const refused: string[] = []
    const { jwt, seed } = nats.keys.server
    const nc = await connectNats({
      servers: nats.url,
      authenticator: jwtAuthenticator(jwt, Buffer.from(seed)),
      inboxPrefix: '_INBOX.server',
    })
    void (async () => {
      for await (const change of nc.status()) if (change.permissionContext !== undefined) refused.push(change.permissionContext.subject)
    })()
    const foreign = [
      ...admin,
      subjects.visitorMessage(site, visitor),
      subjects.agentMessage(site, visitor, agent),
      subjects.presence(agent),
      `_INBOX.${visitor}.x`,
    ]
    for (const subject of foreign) nc.publish(subject, '', { reply: createInbox('_INBOX.server') })
    await nc.flush()
    await vi.waitFor(() => expect(refused).toEqual(foreign))
    await nc.close()
  })

  test('[P6] the stream keeps its messages whatever the others tried', async () => {
    const bus = await nats.bus()
    await bus.publish(subjects.event(site, visitor), encode({ v: 1 }), { msgId: `server:${newMessageId()}` })
    const { lastSeq, messages } = await bus.streamInfo()
    expect(messages).toBe(lastSeq)
  })
})
