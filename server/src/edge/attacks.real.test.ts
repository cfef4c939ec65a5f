import { encode, newId, newMessageId, subjects } from '@usher-chat/sdk/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hpub, messageHeader, pub, textMessage } from '../../test/edge-commands.ts'
import { dialByHand, dialEdge, type RawClient } from '../../test/raw-client.ts'
import { startNats, type TestNats } from '../../test/start-nats.ts'
import { startTestEdge, type TestEdge, type TestUser } from '../../test/start-test-edge.ts'
import { waitFor } from '../../test/wait-for.ts'
import { encodeJwt } from '../access/jwt.ts'
import { createKeyPair } from '../access/nkeys.ts'
import { userPublicKey } from '../access/user-jwt.ts'
import type { Bus } from '../bus/bus.ts'

let nats: TestNats
let bus: Bus
let at: TestEdge

beforeAll(async () => {
  nats = await startNats()
  bus = await nats.bus()
  at = await startTestEdge({ natsUrl: nats.url, keys: nats.keys })
  await storeOne()
})

afterAll(async () => {
  await at?.[Symbol.asyncDispose]()
  await nats?.stop()
})

/** Whatever `attack` does: nats-server answers, and the stream holds exactly what it held. */
async function harmless(attack: () => Promise<void>): Promise<void> {
  const before = await bus.streamInfo()
  await attack()
  // The stream takes in order what it is sent: when the second of these is stored, everything the attack set off has happened.
  await storeOne()
  await storeOne()
  const { messages, firstSeq, lastSeq, created } = await bus.streamInfo()
  expect({ messages, firstSeq, lastSeq, created }).toEqual({
    messages: before.messages + 2,
    firstSeq: before.firstSeq,
    lastSeq: before.lastSeq + 2,
    created: before.created,
  })
}

const storeOne = () => bus.publish(subjects.event(newId(), newId()), encode({ v: 1 }), { msgId: `server:${newMessageId()}` })

const message = (user: TestUser, subject: string, reply = ''): Buffer => {
  const id = newMessageId()
  return hpub(subject, textMessage('hello', id), { header: messageHeader(user.id, id), reply })
}

async function ofVisitor(run: (client: RawClient, user: TestUser, victim: TestUser) => Promise<void>): Promise<void> {
  const user = at.visitor()
  await using client = await dialEdge(at.url, { jwt: user.jwt })
  await run(client, user, at.visitor())
}

describe('[P6] publishing', () => {
  test('[P6] to subjects of others: refused, nothing is stored or delivered', () =>
    ofVisitor(async (client, user, victim) => {
      await using other = await dialEdge(at.url, { jwt: victim.jwt })
      other.send(`SUB _INBOX.${victim.id}.> 1\r\nSUB live.chat.${victim.site}.${victim.id}.visitor 2\r\n`)
      await other.flush()
      const foreign = [
        subjects.visitorMessage(victim.site, victim.id),
        subjects.event(user.site, user.id),
        subjects.internal(user.site, user.id),
        subjects.agentMessage(user.site, user.id, newId()),
        `live.chat.${victim.site}.${victim.id}.visitor`,
        `_INBOX.${victim.id}.x`,
        `chat.${user.site}.*.visitor`,
        `chat.${user.site}.${user.id}.>`,
        subjects.revoked,
        '$JS.API.STREAM.PURGE.CHAT',
        '$JS.API.STREAM.DELETE.CHAT',
        '$SYS.REQ.SERVER.PING',
        '$KV.a.b',
      ]
      await harmless(async () => {
        client.send(...foreign.map((subject) => message(user, subject)), ...foreign.map((subject) => pub(subject, '{}')))
        const answer = await client.flush()
        for (const subject of foreign) expect(answer).toContain(`-ERR 'Permissions Violation for Publish to "${subject}"'`)
        expect(await other.flush()).toBe('')
      })
    }))

  test('[P6] with reply subjects that steer the broker or reach others: refused, nothing is sent there', () =>
    ofVisitor(async (client, user, victim) => {
      await using other = await dialEdge(at.url, { jwt: victim.jwt })
      other.send(`SUB _INBOX.${victim.id}.> 1\r\nSUB live.chat.${victim.site}.${victim.id}.visitor 2\r\n`)
      await other.flush()
      const replies = [
        '$JS.API.STREAM.PURGE.CHAT',
        '$JS.API.STREAM.DELETE.CHAT',
        '$JS.API.CONSUMER.DELETE.CHAT.history',
        '$SYS.REQ.SERVER.PING',
        subjects.visitorMessage(victim.site, victim.id),
        `live.chat.${victim.site}.${victim.id}.visitor`,
        `_INBOX.${victim.id}.x`,
        `_INBOX.${user.id}`,
        `_INBOX.${user.id}.*`,
        '>',
      ]
      await harmless(async () => {
        client.send(...replies.map((reply) => message(user, subjects.visitorMessage(user.site, user.id), reply)))
        const answer = await client.flush()
        for (const reply of replies) expect(answer).toContain(`-ERR 'Permissions Violation for Publish with Reply of "${reply}"'`)
        expect(await other.flush()).toBe('')
      })
    }))

  test('[P6] with headers of the broker, oversize or malformed payloads: refused on the own inbox, the socket goes on', () =>
    ofVisitor(async (client, user) => {
      const own = subjects.visitorMessage(user.site, user.id)
      const reply = `_INBOX.${user.id}.a.1`
      const id = newMessageId()
      const extra = (name: string): string => messageHeader(user.id, id).replace('\r\n', `\r\n${name}: 1\r\n`)
      client.send(`SUB _INBOX.${user.id}.a.* 3\r\n`)
      await harmless(async () => {
        for (const name of ['Nats-Expected-Last-Sequence', 'Nats-Rollup', 'Nats-TTL', 'Nats-Sequence', 'Nats-Trace-Dest']) {
          client.send(hpub(own, textMessage('x', id), { header: extra(name), reply }))
        }
        expect((await client.flush()).match(/"invalid_argument"/g)).toHaveLength(5)
        client.send(hpub(own, textMessage('x'.repeat(9_000), id), { header: messageHeader(user.id, id), reply }))
        expect(await client.flush()).toMatch(/^MSG \S+ 3 \d+\r\n\{"error":\{"code":413,"err_code":"payload_too_large"/)
        client.send(hpub(own, '{"v":1}', { header: messageHeader(user.id, id), reply }))
        expect(await client.flush()).toMatch(/"code":422,"err_code":"validation_failed"/)
      })
      client.send(hpub(own, textMessage('fine', id), { header: messageHeader(user.id, id), reply }))
      await waitFor('the ack', () => client.heard().includes('"stream":"CHAT"'))
    }))

  test('[P3] with the id another visitor will use: no effect on them', () =>
    ofVisitor(async (client, user, victim) => {
      const id = newMessageId()
      const header = messageHeader(victim.id, id)
      await harmless(async () => {
        client.send(hpub(subjects.visitorMessage(user.site, user.id), textMessage('squat', id), { header }))
        expect(await client.flush()).toContain('-ERR')
      })
      await using other = await dialEdge(at.url, { jwt: victim.jwt })
      const reply = `_INBOX.${victim.id}.x`
      other.send(`SUB ${reply} 1\r\n`, hpub(subjects.visitorMessage(victim.site, victim.id), textMessage('mine', id), { header, reply }))
      await waitFor('the ack', () => other.heard().includes('"stream":"CHAT"'))
      expect(other.heard()).not.toMatch(/duplicate/)
    }))

  test('[P6] an agent cannot write to a visitor named `*`, nor for a site that is not theirs', async () => {
    const agent = at.agent()
    await using client = await dialEdge(at.url, { jwt: agent.jwt })
    await harmless(async () => {
      client.send(message(agent, `chat.${at.site}.*.agent.${agent.id}`), message(agent, subjects.note(newId(), newId(), agent.id)))
      expect((await client.flush()).match(/-ERR 'Permissions/g)).toHaveLength(2)
    })
  })
})

describe('[P6] subscribing', () => {
  test('[P6] to others, to everything, in queue groups: refused, nothing comes', () =>
    ofVisitor(async (client, user, victim) => {
      const wanted = [
        '>',
        'live.>',
        `live.chat.${victim.site}.${victim.id}.visitor`,
        `live.chat.${user.site}.*.visitor`,
        '_INBOX.>',
        '$SYS.>',
        'chat.>',
      ]
      client.send(...wanted.map((subject, sid) => `SUB ${subject} ${sid}\r\n`), `SUB _INBOX.${user.id}.> group 99\r\n`)
      const answer = await client.flush()
      expect(answer.match(/-ERR 'Permissions Violation for Subscription/g)).toHaveLength(wanted.length + 1)
      await using other = await dialEdge(at.url, { jwt: victim.jwt })
      other.send(message(victim, subjects.visitorMessage(victim.site, victim.id)))
      await other.flush()
      expect(await client.flush()).toBe('')
    }))
})

describe('[P6] logging in', () => {
  const claims = (name: string, sub: string, nats: object = {}) => ({
    sub,
    name,
    iat: Math.floor(Date.now() / 1000),
    exp: Math.floor(Date.now() / 1000) + 600,
    nats: { issuer_account: at.keys.account, tags: [`site:${at.site}`], type: 'user', version: 2, ...nats },
  })
  const key = (name: string): string => userPublicKey(at.keys.userSecret, name)
  const tampered = (change: (parts: string[]) => void): string => {
    const parts = at.visitor().jwt.split('.')
    change(parts)
    return parts.join('.')
  }
  const tokens: [string, () => string][] = [
    ['of another issuer', () => encodeJwt(claims(newId(), key('x')), createKeyPair('A'))],
    ['named *', () => encodeJwt(claims('*', key('*')), at.keys.visitor)],
    ['named >', () => encodeJwt(claims('>', key('>')), at.keys.visitor)],
    ['with rights of its own', () => encodeJwt(claims('a'.repeat(16), key('a'.repeat(16)), { pub: { allow: ['>'] } }), at.keys.visitor)],
    ['with a site named *', () => encodeJwt(claims('a'.repeat(16), key('a'.repeat(16)), { tags: ['site:*'] }), at.keys.visitor)],
    ['with a changed body', () => tampered((parts) => (parts[1] = Buffer.from('{"iss":"A"}').toString('base64url')))],
    ['with a flipped signature', () => tampered((parts) => (parts[2] = `${parts[2]?.startsWith('A') ? 'B' : 'A'}${parts[2]?.slice(1)}`))],
    ['unsigned', () => tampered((parts) => (parts[2] = ''))],
    ['of algorithm none', () => tampered((parts) => (parts[0] = Buffer.from('{"typ":"JWT","alg":"none"}').toString('base64url')))],
    ['too long', () => `${at.visitor().jwt}${'A'.repeat(5_000)}`],
    ['empty', () => ''],
    ['without dots', () => 'x'],
  ]
  test.each(tokens)('[P6] with a token %s: closed with an error, and nats-server never sees it', (_, token) =>
    harmless(async () => {
      await using client = await dialEdge(at.url, { jwt: token() })
      expect(await client.closed).toEqual({ code: 1008, reason: 'token not accepted' })
      expect(client.heard()).toContain("-ERR 'Authorization Violation'")
    }),
  )

  test('[P6] with an expired token', async () => {
    await using client = await dialEdge(at.url, { jwt: at.visitor({ ttlMs: -1_000 }).jwt })
    expect(await client.closed).toMatchObject({ code: 4401 })
    expect(client.heard()).toContain("-ERR 'User Authentication Expired'")
  })

  test('[P6] with an oversized CONNECT', async () => {
    await using client = await dialEdge(at.url)
    client.send(`CONNECT {"jwt":"${'A'.repeat(20_000)}"}\r\n`)
    expect(await client.closed).toMatchObject({ code: 1008 })
  })

  test.each(['PUB a 0\r\n\r\n', 'SUB > 1\r\n', 'PING\r\n', 'GET / HTTP/1.1\r\n\r\n', '\0\0\0\r\n'])('[P6] with %j first', async (bytes) => {
    await using client = await dialEdge(at.url)
    client.send(bytes)
    expect(await client.closed).toMatchObject({ code: 1008 })
  })

  test('[P6] twice', () =>
    ofVisitor(async (client, user) => {
      client.send(`CONNECT ${JSON.stringify({ jwt: user.jwt })}\r\n`)
      expect(await client.closed).toMatchObject({ code: 1008 })
    }))

  test('[P9] never: closed after five seconds', async () => {
    await using client = await dialEdge(at.url)
    at.advance(5_000)
    expect(await client.closed).toMatchObject({ code: 1008, reason: 'no login in time' })
  })
})

describe('[P6] frames', () => {
  test('[P6] a whole conversation in frames of one byte comes to the same', () =>
    ofVisitor(async (client, user) => {
      const own = subjects.visitorMessage(user.site, user.id)
      const reply = `_INBOX.${user.id}.x`
      const bytes = Buffer.concat([
        Buffer.from(`SUB ${reply} 1\r\nSUB live.${own} 2\r\n`),
        pub('$JS.API.STREAM.PURGE.CHAT', '{}'),
        message(user, own, reply),
      ])
      client.send(...Array.from(bytes, (byte) => Uint8Array.of(byte)))
      await waitFor('the live copy', () => client.heard().includes(`HMSG live.${own} 2`))
      await waitFor('the ack', () => client.heard().includes('"stream":"CHAT"'))
      expect(client.heard()).toContain('Permissions Violation for Publish to "$JS.API.STREAM.PURGE.CHAT"')
    }))

  test('[P6] a text frame', () =>
    ofVisitor(async (client) => {
      client.ws.send('PING\r\n')
      expect(await client.closed).toMatchObject({ code: 1003 })
    }))

  test('[P9] a frame of more than 64 KiB', () =>
    ofVisitor(async (client) => {
      client.send(Buffer.alloc(70_000, 'x'))
      expect(await client.closed).toMatchObject({ code: 1009 })
    }))

  /** Sends bytes that are no fair frame, and gives the close code that comes back. */
  async function closeCodeFor(bytes: number[]): Promise<number> {
    const socket = await dialByHand(at.url)
    const came: Buffer[] = []
    socket.on('data', (chunk) => came.push(chunk))
    socket.write(Buffer.from(bytes))
    await new Promise((resolve) => socket.once('close', resolve))
    // The last frame: 0x88, its length, the code.
    const heard = Buffer.concat(came)
    return heard.readUInt16BE(heard.lastIndexOf(0x88) + 2)
  }

  test.each([
    ['not masked', [0x82, 0x01, 0x50], 1002],
    ['of 2^63 bytes', [0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], 1009],
    ['compressed without agreement', [0xc2, 0x81, 1, 2, 3, 4, 5], 1002],
    ['a ping of more than 125 bytes', [0x89, 0xfe, 0x00, 0x80, 1, 2, 3, 4], 1002],
    ['of an unknown kind', [0x83, 0x80, 1, 2, 3, 4], 1002],
    ['a continuation of nothing', [0x80, 0x80, 1, 2, 3, 4], 1002],
  ])('[P6] a frame that is %s ends the socket', async (_, bytes, code) => expect(await closeCodeFor(bytes)).toBe(code))
})

test('[P6] after all this nats-server is alive, and every refusal is counted', async () => {
  expect(await bus.publish(subjects.event(newId(), newId()), encode({ v: 1 }), { msgId: 'server:last' })).toMatchObject({
    duplicate: false,
  })
  for (const reason of ['subject', 'reply', 'header', 'payload_size', 'payload', 'subscription', 'queue_group']) {
    expect(await at.counted(`usher_edge_refused_total{reason="${reason}"}`), reason).toBeGreaterThan(0)
  }
  for (const reason of ['unauthorized', 'protocol', 'textFrame', 'loginTimeout', 'lineTooLong', 'expired']) {
    expect(await at.counted(`usher_edge_closed_total{reason="${reason}"}`), reason).toBeGreaterThan(0)
  }
})
