import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { newId, newMessageId, subjects } from '@usher-chat/sdk/protocol'
import { encodeJwt } from '../../src/access/jwt.ts'
import { createKeyPair } from '../../src/access/nkeys.ts'
import { userPublicKey } from '../../src/access/user-jwt.ts'
import { hpub, messageHeader, pub, textMessage } from '../../test/edge-commands.ts'
import { dialByHand, dialEdge, type RawClient } from '../../test/raw-client.ts'
import { waitFor } from '../../test/wait-for.ts'
import { type Attack, type Attempt, attempt } from '../attempt.ts'
import type { FuzzReport } from '../fuzz/guided-fuzz.ts'
import type { Ground } from '../kit/ground.ts'
import { type GroundVisitor, meetVisitor, visitorMessage } from '../kit/people.ts'

/** A visitor's socket, a victim's that listens to all they may, and both of them. */
async function twoVisitors(
  ground: Ground,
  run: (client: RawClient, user: GroundVisitor, victim: GroundVisitor, ear: RawClient) => Promise<Attempt[]>,
): Promise<Attempt[]> {
  const [user, victim] = await Promise.all([meetVisitor(ground), meetVisitor(ground)])
  await using client = await dialEdge(ground.edgeUrl, { jwt: user.jwt })
  await using ear = await dialEdge(ground.edgeUrl, { jwt: victim.jwt })
  const heard = [`_INBOX.${victim.id}.>`, `live.chat.${victim.site}.${victim.id}.visitor`, `live.chat.${victim.site}.${victim.id}.event`]
  ear.send(...heard.map((subject, at) => `SUB ${subject} ${at + 1}\r\n`))
  await ear.flush()
  return await run(client, user, victim, ear)
}

/** What the edge answers to one piece of bytes. */
async function answerTo(client: RawClient, bytes: string | Uint8Array): Promise<string> {
  client.send(bytes)
  return client.flush()
}

/** The broker lives, and its stream was neither purged, deleted nor made anew. */
async function streamStands(ground: Ground, before: Awaited<ReturnType<Ground['bus']['streamInfo']>>): Promise<Attempt> {
  const now = await ground.bus.streamInfo()
  // An empty stream begins at 0.
  const isWhole = now.messages >= before.messages && now.firstSeq <= Math.max(1, before.firstSeq)
  const held = isWhole && now.created.getTime() === before.created.getTime()
  return attempt('afterwards the broker answers and the stream holds what it held', held, `${now.messages} messages from ${now.firstSeq}`)
}

const subscribeToOthers: Attack = {
  id: 'S6',
  title: 'subscribe to what others read: foreign subjects, wildcards, queue groups',
  run: (ground) =>
    twoVisitors(ground, async (client, user, victim) => {
      const wanted = [
        `live.chat.${victim.site}.${victim.id}.visitor`,
        `live.chat.${user.site}.*.visitor`,
        `live.chat.${user.site}.${user.id}.note.*`,
        `live.chat.${user.site}.${user.id}.internal`,
        `live.chat.${user.site}.${user.id}.>`,
        `saved.${user.site}.${user.id}.internal`,
        `pulse.${user.site}.*.visitor`,
        ...['live.>', 'chat.>', '>', '*.>', '_INBOX.>', '_INBOX.*.>', 'presence.>', '$SYS.>', '$JS.>', 'server.revoked'],
      ]
      const attempts: Attempt[] = []
      for (const [sid, subject] of wanted.entries()) {
        const answer = await answerTo(client, `SUB ${subject} ${sid + 1}\r\n`)
        attempts.push(attempt(`SUB ${named(subject, user, victim)}`, answer.includes('-ERR'), answer))
      }
      const group = await answerTo(client, `SUB _INBOX.${user.id}.> group 98\r\n`)
      attempts.push(attempt('SUB in a queue group', group.includes('-ERR'), group))
      await using other = await dialEdge(ground.edgeUrl, { jwt: victim.jwt })
      await answerTo(other, visitorMessage(victim, 'for the agents only'))
      const leaked = await client.flush()
      return [...attempts, attempt('the victim writes; the attacker hears', leaked === '', leaked || 'nothing')]
    }),
}

const publishAsOthers: Attack = {
  id: 'S7',
  title: 'publish as another, and to subjects of the server and the broker',
  run: (ground) =>
    twoVisitors(ground, async (client, user, victim, ear) => {
      const before = await ground.bus.streamInfo()
      const subjectsTried = [
        subjects.visitorMessage(victim.site, victim.id),
        subjects.event(user.site, user.id),
        subjects.internal(user.site, user.id),
        subjects.agentMessage(user.site, user.id, ground.anna.id),
        subjects.note(user.site, user.id, ground.anna.id),
        `live.chat.${victim.site}.${victim.id}.visitor`,
        `chat.${user.site}.*.visitor`,
        `chat.${user.site}.${user.id}.>`,
        `_INBOX.${victim.id}.x`,
        `saved.${victim.site}.${victim.id}`,
        `presence.${ground.anna.id}`,
        subjects.revoked,
        ...['$JS.API.STREAM.PURGE.CHAT', '$JS.API.STREAM.DELETE.CHAT', '$JS.ACK.CHAT.history.1.1.1.1.0', '$SYS.REQ.SERVER.PING', '$KV.a.b'],
      ]
      const attempts: Attempt[] = []
      for (const subject of subjectsTried) {
        const id = newMessageId()
        const whole = await answerTo(client, hpub(subject, textMessage('forged', id), { header: messageHeader(user.id, id) }))
        const bare = await answerTo(client, pub(subject, '{}'))
        const held = [whole, bare].every((answer) => answer.includes('-ERR'))
        attempts.push(attempt(`PUB ${named(subject, user, victim)}`, held, whole + bare))
      }
      const heard = await ear.flush()
      return [...attempts, attempt('the victim hears of it', heard === '', heard || 'nothing'), await streamStands(ground, before)]
    }),
}

const forgeTokens: Attack = {
  id: 'S14',
  title: 'log in at the edge with forged, foreign, changed and revoked tokens',
  async run(ground) {
    const { keys, site } = ground
    const before = await ground.bus.streamInfo()
    const user = await meetVisitor(ground)
    const now = Math.floor(Date.now() / 1_000)
    const claims = (name: string, nats: object = {}) => ({
      sub: userPublicKey(keys.userSecret, name),
      name,
      iat: now,
      exp: now + 600,
      nats: { issuer_account: keys.account, tags: [`site:${site.id}`], type: 'user', version: 2, ...nats },
    })
    const changed = (at: number, part: string): string => user.jwt.split('.').with(at, part).join('.')
    const [, body = '', signature = ''] = user.jwt.split('.')
    const asAgent = Buffer.from(Buffer.from(body, 'base64url').toString().replace(keys.visitor.publicKey, keys.agent.publicKey)).toString(
      'base64url',
    )
    const tokens: [string, string][] = [
      ['of another issuer', encodeJwt(claims(newId()), createKeyPair('A'))],
      ['of a visitor that says an agent’s key has signed it', changed(1, asAgent)],
      ['with a truncated issuer', changed(1, Buffer.from('{"iss":"A"}').toString('base64url'))],
      ['with a flipped signature', changed(2, `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`)],
      ['without a signature', changed(2, '')],
      ['of algorithm none', changed(0, Buffer.from('{"typ":"JWT","alg":"none"}').toString('base64url'))],
      ['signed by us, named *', encodeJwt(claims('*'), keys.visitor)],
      ['signed by us, named >', encodeJwt(claims('>'), keys.visitor)],
      ['signed by us, of a site named *', encodeJwt(claims(newId(), { tags: ['site:*'] }), keys.visitor)],
      ['signed by us, with rights of its own', encodeJwt(claims(newId(), { pub: { allow: ['>'] } }), keys.visitor)],
      ['signed by us, over', encodeJwt({ ...claims(newId()), exp: now - 1 }, keys.visitor)],
      ['of 9,000 characters', `${user.jwt}${'A'.repeat(9_000)}`],
      ['that is the visitor’s token for HTTP', user.token],
      ['that is empty', ''],
    ]
    const attempts: Attempt[] = []
    for (const [name, jwt] of tokens) {
      await using client = await dialEdge(ground.edgeUrl, { jwt })
      const end = await client.closed
      attempts.push(attempt(`a token ${name}`, end.code === 1008 || end.code === 4401, `${end.code} ${end.reason}`))
    }
    return [...attempts, await streamStands(ground, before)]
  },
}

const steerReplies: Attack = {
  id: 'S30',
  title: 'name a reply subject that steers the broker or reaches others',
  run: (ground) =>
    twoVisitors(ground, async (client, user, victim, ear) => {
      const before = await ground.bus.streamInfo()
      const replies = [
        ...['$JS.API.STREAM.PURGE.CHAT', '$JS.API.STREAM.DELETE.CHAT', '$JS.API.CONSUMER.DELETE.CHAT.history', '$SYS.REQ.SERVER.PING', '>'],
        subjects.visitorMessage(victim.site, victim.id),
        subjects.event(victim.site, victim.id),
        `live.chat.${victim.site}.${victim.id}.visitor`,
        `_INBOX.${victim.id}.x`,
        `_INBOX.${user.id}`,
        `_INBOX.${user.id}.*`,
        `_INBOX.${user.id}.a..b`,
      ]
      const attempts: Attempt[] = []
      for (const reply of replies) {
        const answer = await answerTo(client, visitorMessage(user, 'steer', { reply }))
        attempts.push(attempt(`reply ${named(reply, user, victim)}`, answer.includes('-ERR'), answer))
      }
      const heard = await ear.flush()
      return [...attempts, attempt('the victim hears of it', heard === '', heard || 'nothing'), await streamStands(ground, before)]
    }),
}

const brokerHeaders: Attack = {
  id: 'S31',
  title: 'send headers the broker obeys',
  run: (ground) =>
    twoVisitors(ground, async (client, user) => {
      const reply = `_INBOX.${user.id}.a.1`
      await answerTo(client, `SUB _INBOX.${user.id}.a.* 90\r\n`)
      const own = subjects.visitorMessage(user.site, user.id)
      const names = [
        'Nats-Sequence',
        'Nats-Subject',
        'Nats-Last-Sequence',
        'Nats-Time-Stamp',
        'Nats-Expected-Last-Sequence',
        'Nats-Expected-Stream',
        'Nats-Rollup',
        'Nats-TTL',
        'Nats-Trace-Dest',
        'Nats-Request-Info',
        'X-Anything',
      ]
      const attempts: Attempt[] = []
      for (const name of names) {
        const id = newMessageId()
        const header = messageHeader(user.id, id).replace('\r\n', `\r\n${name}: 1\r\n`)
        const answer = await answerTo(client, hpub(own, textMessage('headers', id), { header, reply }))
        attempts.push(attempt(`header ${name}`, answer.includes('"invalid_argument"'), answer))
      }
      const id = newMessageId()
      const squeezed = messageHeader(user.id, id).replace(': ', ':')
      const answer = await answerTo(client, hpub(own, textMessage('headers', id), { header: squeezed, reply }))
      attempts.push(attempt('the right header in another spelling', answer.includes('"invalid_argument"'), answer))
      const { json } = await ground.ask('GET', '/v1/thread', { token: user.token })
      return [...attempts, attempt('nothing of it stands in the thread', JSON.stringify(json).includes('"messages":[]'), json)]
    }),
}

const squatIds: Attack = {
  id: 'S32',
  title: 'use up the message id another visitor will send with',
  run: (ground) =>
    twoVisitors(ground, async (client, user, victim) => {
      const messageId = newMessageId()
      const header = messageHeader(victim.id, messageId)
      const underTheirName = await answerTo(
        client,
        hpub(subjects.visitorMessage(user.site, user.id), textMessage('squat', messageId), { header }),
      )
      const underOwnName = await answerTo(client, visitorMessage(user, 'squat', { messageId }))
      await using other = await dialEdge(ground.edgeUrl, { jwt: victim.jwt })
      const reply = `_INBOX.${victim.id}.x`
      other.send(`SUB ${reply} 1\r\n`, visitorMessage(victim, 'mine', { messageId, reply }))
      await waitFor('the ack', () => other.heard().includes('"stream":"CHAT"'))
      await waitFor('the message to be saved', async () => (await storedWith(ground, messageId)).length === 2)
      return [
        attempt('the id under the victim’s name', underTheirName.includes('-ERR'), underTheirName),
        attempt(
          'the id under the own name, then the victim sends with it',
          underOwnName === '' && !other.heard().includes('duplicate'),
          other.heard().slice(-120),
        ),
        attempt(
          'both stand in Postgres, each in its own thread',
          new Set(await storedWith(ground, messageId)).size === 2,
          'two visitors, one id',
        ),
      ]
    }),
}

async function storedWith({ db }: Ground, messageId: string): Promise<string[]> {
  const rows = await db.query<{ visitor: string }>('select visitor_id as visitor from messages where id = $1', [messageId])
  return rows.map(({ visitor }) => visitor)
}

/** Frames that are no fair WebSocket, by name, with the close code RFC 6455 gives each. */
const frames: [string, number[], number][] = [
  ['not masked', [0x82, 0x01, 0x50], 1002],
  ['of 2^63 bytes', [0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], 1009],
  ['compressed without agreement', [0xc2, 0x81, 1, 2, 3, 4, 5], 1002],
  ['a ping of more than 125 bytes', [0x89, 0xfe, 0x00, 0x80, 1, 2, 3, 4], 1002],
  ['of an unknown kind', [0x83, 0x80, 1, 2, 3, 4], 1002],
  ['a continuation of nothing', [0x80, 0x80, 1, 2, 3, 4], 1002],
]

async function closeCodeFor(url: string, bytes: number[]): Promise<number> {
  const socket = await dialByHand(url)
  const came: Buffer[] = []
  socket.on('data', (chunk) => came.push(chunk))
  socket.write(Buffer.from(bytes))
  await new Promise((resolve) => socket.once('close', resolve))
  const heard = Buffer.concat(came)
  // The last frame: 0x88, its length, the code.
  return heard.readUInt16BE(heard.lastIndexOf(0x88) + 2)
}

const badFrames: Attack = {
  id: 'S33',
  title: 'break the WebSocket and the NATS protocol',
  async run(ground) {
    const attempts = [await fuzzFilter()]
    const before = await ground.bus.streamInfo()
    for (const [name, bytes, code] of frames) {
      const got = await closeCodeFor(ground.edgeUrl, bytes)
      attempts.push(attempt(`a frame ${name}`, got === code, got))
    }
    for (const path of ['/mqtt', '/leafnode', '/nats/', '/nats/mqtt', '/']) {
      const refused = await dialEdge(ground.edgeUrl.replace('/nats', path)).then(
        () => 'let in',
        (error: unknown) => String(error),
      )
      attempts.push(attempt(`upgrade on ${path}`, /\b404\b/.test(refused), refused))
    }
    for (const bytes of [
      'PUB a 0\r\n\r\n',
      'SUB > 1\r\n',
      'PING\r\n',
      'GET / HTTP/1.1\r\n\r\n',
      '\0\0\0\r\n',
      `CONNECT {"jwt":"${'A'.repeat(20_000)}"}\r\n`,
    ]) {
      attempts.push(await firstWords(ground, bytes))
    }
    return [...attempts, ...(await afterLogin(ground)), await streamStands(ground, before)]
  },
}

/** A tenth of what a case may take; other inputs at each run. */
const fuzzMs = 9_000

/** The filter itself, without sockets, led by what of its code an input reaches. */
async function fuzzFilter(): Promise<Attempt> {
  const seed = Date.now() % 2 ** 32
  const child = fork(join(import.meta.dirname, '../fuzz/main.ts'), [`${seed}`, `${fuzzMs}`], { serialization: 'advanced' })
  const over = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the fuzzer ended with ${code}`)))
  const [{ runs, kept, failure }] = (await Promise.race([once(child, 'message'), over])) as [FuzzReport]
  const came = failure ? `${failure.reason}; input ${failure.input.toString('base64')}` : `held; ${kept} of them took new ways`
  return attempt(`${runs.toLocaleString('en')} inputs led by coverage, seed ${seed}`, failure === undefined, came)
}

async function firstWords({ edgeUrl }: Ground, bytes: string): Promise<Attempt> {
  await using client = await dialEdge(edgeUrl)
  client.send(bytes)
  const { code, reason } = await client.closed
  return attempt(`${JSON.stringify(bytes.slice(0, 20))} before CONNECT`, code === 1008, `${code} ${reason}`)
}

async function afterLogin(ground: Ground): Promise<Attempt[]> {
  const attempts: Attempt[] = []
  const endings: [string, (client: RawClient, user: GroundVisitor) => void, number][] = [
    ['CONNECT twice', (client, user) => client.send(`CONNECT ${JSON.stringify({ jwt: user.jwt })}\r\n`), 1008],
    ['a text frame', (client) => client.ws.send('PING\r\n'), 1003],
    ['a frame of 70,000 bytes', (client) => client.send(Buffer.alloc(70_000, 'x')), 1009],
    ['INFO, a verb of the server', (client) => client.send('INFO {}\r\n'), 1008],
    ['a payload longer than announced', (client, user) => client.send(`PUB pulse.${user.site}.${user.id}.visitor 2\r\n{}x\r\n`), 1008],
  ]
  for (const [name, act, code] of endings) {
    const user = await meetVisitor(ground)
    await using client = await dialEdge(ground.edgeUrl, { jwt: user.jwt })
    await client.flush()
    act(client, user)
    const end = await client.closed
    attempts.push(attempt(name, end.code === code, `${end.code} ${end.reason}`))
  }
  return [...attempts, await byteByByte(ground)]
}

async function byteByByte(ground: Ground): Promise<Attempt> {
  const user = await meetVisitor(ground)
  await using client = await dialEdge(ground.edgeUrl, { jwt: user.jwt })
  const reply = `_INBOX.${user.id}.x`
  const bytes = Buffer.concat([
    Buffer.from(`SUB ${reply} 1\r\n`),
    pub('$JS.API.STREAM.PURGE.CHAT', '{}'),
    visitorMessage(user, 'slowly', { reply }),
  ])
  client.send(...Array.from(bytes, (byte) => Uint8Array.of(byte)))
  await waitFor('the ack', () => client.heard().includes('"stream":"CHAT"'))
  const refused = client.heard().includes('Permissions Violation for Publish to "$JS.API.STREAM.PURGE.CHAT"')
  return attempt('an attack and a message, one byte a frame: the attack is refused, the message stored', refused, 'refused and stored')
}

/** Ids out of a subject, in words. */
function named(subject: string, user: GroundVisitor, victim: GroundVisitor): string {
  return subject.replaceAll(victim.id, '<victim>').replaceAll(user.id, '<self>').replaceAll(user.site, '<site>')
}

export const edgeAttacks: readonly Attack[] = [
  subscribeToOthers,
  publishAsOthers,
  forgeTokens,
  steerReplies,
  brokerHeaders,
  squatIds,
  badFrames,
]
