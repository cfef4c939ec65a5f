import { maxPayloadBytes, maxTextLength } from '@usher-chat/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  admittedFilter,
  agent,
  agentId,
  forwarded,
  hpub,
  inbox,
  limits,
  messageHeader,
  messageId,
  otherVisitorId,
  ownPulse,
  ownSubject,
  pub,
  push,
  reasonsOf,
  site,
  textMessage,
  told,
  visitor,
  visitorId,
} from '../../test/edge-commands.ts'
import { createFilter } from './filter.ts'
import { policyOf } from './policy.ts'
import { createRateLimit } from './rate-limit.ts'

describe('what passes', () => {
  test('a message of their own passes as it came', () => {
    const bytes = hpub(ownSubject, textMessage('hello ☕'), { reply: `${inbox}.1` })
    expect(push(admittedFilter(), bytes)).toEqual(forwarded(bytes))
  })

  test('pulses, heartbeats, notes and answers to any visitor of their site pass', () => {
    const filter = admittedFilter(agent)
    const header = messageHeader(agentId)
    const sent = [
      hpub(`chat.${site}.${visitorId}.agent.${agentId}`, textMessage('hi'), { header }),
      hpub(`chat.${site}.${otherVisitorId}.note.${agentId}`, textMessage('hm'), { header }),
      pub(`pulse.${site}.${visitorId}.agent.${agentId}`, '{"v":1,"type":"typing"}'),
      pub(`presence.${agentId}`, '{"v":1,"presence":"online"}'),
    ]
    expect(push(filter, ...sent)).toEqual(forwarded(Buffer.concat(sent)))
    const pulse = pub(ownPulse, '{"v":1,"type":"typing","text":"hel"}')
    expect(push(admittedFilter(), pulse)).toEqual(forwarded(pulse))
  })

  test('verbs are known in any case, and words may be apart by tabs', () => {
    const lines = `sub ${inbox}.*\t1\r\nPing\r\npong\r\nUnSub 1\r\n`
    expect(push(admittedFilter(), lines)).toEqual(forwarded(lines))
  })

  test('the inbox a nats.ws client listens on passes', () => {
    const line = `SUB _INBOX.${visitorId}.ABCdef012.* 1\r\n`
    expect(push(admittedFilter(), line)).toEqual(forwarded(line))
  })

  test('commands behind CONNECT wait until the client is let in', () => {
    const filter = createFilter()
    expect(push(filter, 'CONNECT {"jwt":"a.b.c","user":"x","verbose":true}\r\nPING\r\n')).toEqual(['connect a.b.c'])
    expect(push(filter, 'PONG\r\n')).toEqual([])
    const admitted = filter.admit(policyOf(visitor, limits.visitor), createRateLimit(limits.visitor, 0), 0)
    expect(told(admitted)).toEqual(['forward PING\r\nPONG\r\n'])
  })
})

describe('payloads', () => {
  const refusalOf = (payload: string | Buffer): string[] => reasonsOf(push(admittedFilter(), hpub(ownSubject, payload)))

  test.each([
    ['not JSON', 'hello'],
    ['empty', ''],
    ['an array', '[]'],
    ['null', 'null'],
    ['of another version', textMessage('x').replace('"v":1', '"v":2')],
    ['of an unknown kind', textMessage('x').replace('"text"', '"card"')],
    ['without text', textMessage(' ')],
    ['with a text that is an object', textMessage('x').replace('{"text":"x"}', '{"text":{"type":"img"}}')],
    ['with NUL', textMessage('a\0b')],
    ['with half a surrogate pair', '{"v":1,"id":"01890a5d-ac96-774b-bcce-b302099a8057","kind":"text","body":{"text":"\\ud83d"}}'],
    ['not UTF-8', Buffer.from([...Buffer.from(textMessage('x').slice(0, -4)), 0xff, 0xfe, ...Buffer.from('"}}')])],
    ['with an id that is no UUIDv7', textMessage('x', messageId.replace('-7', '-4'))],
  ])('[P6] a message that is %s is refused', (_, payload) => expect(refusalOf(payload)).toEqual(['refuse payload']))

  test('emoji, right-to-left marks and everything else people write passes untouched', () => {
    const bytes = hpub(ownSubject, textMessage(`${'😀'.repeat(1_000)}\u202e\u200f\u2028\t`))
    expect(push(admittedFilter(), bytes)).toEqual(forwarded(bytes))
  })

  test('a text that is too long is refused in words for its author', () => {
    const sent = hpub(ownSubject, textMessage('x'.repeat(maxTextLength + 1)), { reply: `${inbox}.1` })
    expect(push(admittedFilter(), `SUB ${inbox}.* 7\r\n`, sent)[1]).toContain(
      '{"error":{"code":413,"err_code":"message_too_long","description":"unable to send; longer than 4000 characters"}}',
    )
  })

  test('[P9] an oversize payload is passed over, the socket stays', () => {
    const filter = admittedFilter()
    const [refusal] = push(filter, pub(ownPulse, 'x'.repeat(maxPayloadBytes + 1)))
    expect(refusal).toBe(`refuse payload_size -ERR 'unable to send; more than 8192 bytes'\r\n`)
    expect(push(filter, 'PING\r\n')).toEqual(['forward PING\r\n'])
  })

  test('[P9] an oversize payload is not held while it comes in', () => {
    const filter = admittedFilter()
    expect(reasonsOf(push(filter, `PUB ${ownPulse} 60000\r\n`))).toEqual(['refuse payload_size'])
    for (let sent = 0; sent < 60_000; sent += 10_000) expect(push(filter, 'PING\r\n'.padEnd(10_000))).toEqual([])
    expect(push(filter, '\r\nPING\r\n')).toEqual(['forward PING\r\n'])
  })

  test.each([65_537, 999_999_999])('[P9] a payload of %i bytes ends the socket', (size) => {
    expect(push(admittedFilter(), `PUB ${ownPulse} ${size}\r\n`)).toEqual(['close payloadTooLarge'])
  })

  test.each(['wrong', 'short'])('[P6] a payload that does not end where it said (%s) ends the socket', (how) => {
    const payload = '{"v":1,"type":"typing"}'
    const line = `PUB ${ownPulse} ${payload.length + (how === 'short' ? 5 : -1)}\r\n`
    expect(push(admittedFilter(), line, payload, '\r\nPING\r\nPING\r\n')).toEqual(['close protocol'])
    expect(reasonsOf(push(admittedFilter(), 'PUB > 3\r\nabcdePING\r\n'))).toEqual(['refuse subject', 'close protocol'])
  })
})

describe('[P6] everything else ends the socket', () => {
  test.each([
    'CONNECT {"jwt":"x"}',
    'INFO {}',
    'MSG a 1 2',
    '+OK',
    '-ERR x',
    'RS+ a b',
    'A+ x',
    'LS+ x',
    'HMSG a 1 1 1',
    'GET / HTTP/1.1',
    '',
    ' PING',
    'PING x',
    'PUB',
    'PUB a',
    'PUB a b c 1',
    'PUB a -1',
    'PUB a 1e3',
    'PUB a 0x10',
    'PUB a 1234567890',
    'HPUB a 5',
    'HPUB a 12 5',
    'SUB a',
    'SUB a b c d',
    'SUB a sid-with-$',
    `SUB a ${'9'.repeat(21)}`,
    'UNSUB',
    'UNSUB 1 x',
    'PUB a\0b 1',
    'PUB a\rb 1',
    'PÜB a 1',
    'PUB \u00e9 1',
  ])('%j', (line) => expect(push(admittedFilter(), `${line}\r\n`)).toEqual(['close protocol']))

  test('a line that ends without CR', () => expect(push(admittedFilter(), 'PING\n')).toEqual(['close protocol']))

  test('a subscription id used twice', () => {
    expect(reasonsOf(push(admittedFilter(), `SUB ${inbox} 1\r\nSUB ${inbox}.2 1\r\n`))).toEqual(['forward SUB', 'close protocol'])
  })

  test('a line without end', () => {
    expect(push(admittedFilter(), 'P'.repeat(1_025))).toEqual(['close lineTooLong'])
    expect(push(createFilter(), `CONNECT {"jwt":"${'x'.repeat(8_192)}`)).toEqual(['close lineTooLong'])
  })

  test.each(['PING\r\n', `SUB ${inbox} 1\r\n`, 'PUB a 0\r\n\r\n'])('before CONNECT: %j', (bytes) => {
    expect(push(createFilter(), bytes)).toEqual(['close protocol'])
  })

  test.each(['CONNECT x', 'CONNECT {}', 'CONNECT {"jwt":1}', 'CONNECT []', 'CONNECT null', 'CONNECT {"jwt":"x","echo":1}'])(
    '%s',
    (line) => {
      expect(push(createFilter(), `${line}\r\n`)).toEqual(['close unauthorized'])
    },
  )

  test('nothing passes after the end', () => {
    const filter = admittedFilter()
    expect(push(filter, 'PING\r\nBAD\r\nPING\r\n')).toEqual(['forward PING\r\n', 'close protocol'])
    expect(push(filter, 'PING\r\n')).toEqual([])
  })
})

describe('[P9] budgets', () => {
  const numbered = (count: number, options = {}): Buffer[] =>
    Array.from({ length: count }, () => hpub(ownSubject, textMessage('x'), options))

  test('[P9] the twenty-first message in ten seconds is refused with the time to wait', () => {
    const filter = admittedFilter()
    push(filter, `SUB ${inbox}.* 4\r\n`, ...numbered(20))
    const body =
      '{"error":{"code":429,"err_code":"rate_limited","description":"unable to send; too fast, try again in 500 ms","retryAfterMs":500}}'
    expect(push(filter, ...numbered(1, { reply: `${inbox}.9` }))).toEqual([`refuse rate MSG ${inbox}.9 4 ${body.length}\r\n${body}\r\n`])
    expect(told(filter.push(numbered(1)[0] as Buffer, 500))).toHaveLength(1)
    expect(reasonsOf(told(filter.push(numbered(1)[0] as Buffer, 500)))).toEqual(['refuse rate'])
  })

  test('[P9] pulses have a budget of their own', () => {
    const filter = admittedFilter()
    const pulse = pub(ownPulse, '{"v":1,"type":"typing"}')
    expect(reasonsOf(push(filter, ...Array(41).fill(pulse)))).toEqual(['forward PUB', 'refuse rate'])
    expect(reasonsOf(push(filter, ...numbered(1)))).toEqual(['forward HPUB'])
  })

  test('[P9] a flood ends the socket after ten budgets of refusals', () => {
    const words = reasonsOf(push(admittedFilter(), ...numbered(1_000)))
    expect(words.slice(0, 2)).toEqual(['forward HPUB', 'refuse rate'])
    expect(words.filter((word) => word === 'refuse rate')).toHaveLength(201)
    expect(words.at(-1)).toBe('close abuse')
  })

  test('[P9] a flood of control commands ends the socket', () => {
    expect(reasonsOf(push(admittedFilter(), 'PING\r\n'.repeat(101)))).toEqual(['forward PING', 'close abuse'])
  })

  test('[P9] bytes have a budget: forty long texts do not pass where forty short ones do', () => {
    const many = { ...limits, visitor: { ...limits.visitor, messages: 100 } }
    const long = hpub(ownSubject, textMessage('ü'.repeat(4_000)))
    expect(reasonsOf(push(admittedFilter(visitor, many), ...Array(40).fill(long)))).toContain('refuse rate')
    expect(reasonsOf(push(admittedFilter(visitor, many), ...numbered(40)))).toEqual(['forward HPUB'])
  })
})

describe('[P6] chunks', () => {
  const session = Buffer.concat([
    Buffer.from(`SUB ${inbox}.* 1\r\nPING\r\n`),
    hpub(ownSubject, textMessage('eins'), { reply: `${inbox}.1` }),
    pub('$JS.API.STREAM.PURGE.CHAT', 'x\r\nPING\r\n', `${inbox}.2`),
    pub(ownPulse, '{"v":1,"type":"typing"}'),
    pub(ownPulse, 'z'.repeat(9_000), `${inbox}.3`),
    pub(ownPulse, ''),
    hpub(ownSubject, textMessage('zwei'), { reply: 'live.x' }),
    Buffer.from(`UNSUB 1\r\nSUB > 2\r\nPONG\r\n`),
  ])
  const whole = told(admittedFilter().push(session, 0))

  const cutAt = (bytes: Buffer, cuts: readonly number[]): string[] => {
    const filter = admittedFilter()
    const edges = [0, ...cuts, bytes.length]
    return told(edges.slice(1).flatMap((to, at) => filter.push(bytes.subarray(edges[at], to), 0)))
  }

  test('[P6] a session comes to something', () => expect(reasonsOf(whole)).toHaveLength(9))

  test('[P6] one byte at a time comes to the same', () => {
    expect(
      cutAt(
        session,
        Array.from({ length: session.length }, (_, at) => at),
      ),
    ).toEqual(whole)
  })

  test('[P6] cut in two at every byte it comes to the same', () => {
    // Inside the long run of z one place is like another.
    const places = Array.from({ length: session.length }, (_, at) => at).filter((at) => session[at] !== 0x7a || at % 500 === 0)
    expect(places.filter((at) => cutAt(session, [at]).join() !== whole.join())).toEqual([])
  })

  const line = fc.oneof(
    fc.constantFrom('PING', 'PONG', `SUB ${inbox}.* 1`, 'UNSUB 1', 'SUB > 3', 'BAD', 'CONNECT {}', 'PUB > 2\r\nab', `PUB ${ownPulse} 9000`),
    fc.string({ maxLength: 20 }),
  )
  const command = fc.oneof(
    { weight: 3, arbitrary: line.map((text) => Buffer.from(`${text}\r\n`)) },
    fc.string().map((text) => hpub(ownSubject, textMessage(text), { reply: `${inbox}.1` })),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => pub(ownPulse, Buffer.from(bytes))),
    fc.uint8Array({ maxLength: 10 }).map((bytes) => Buffer.from(bytes)),
  )

  test('[P6] any commands and any garbage, cut anywhere, come to the same', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), fc.array(fc.nat({ max: 2_000 }), { maxLength: 12 }), (commands, cuts) => {
        const bytes = Buffer.concat(commands)
        const sorted = cuts.filter((cut) => cut <= bytes.length).sort((a, b) => a - b)
        expect(cutAt(bytes, sorted)).toEqual(cutAt(bytes, []))
      }),
      { numRuns: 2_000 },
    )
  })

  test('[P6] CONNECT cut anywhere is read the same', () => {
    const bytes = Buffer.from('CONNECT {"jwt":"a.b.c"}\r\nPING\r\n')
    for (let at = 1; at < bytes.length; at++) {
      const filter = createFilter()
      const first = [...filter.push(bytes.subarray(0, at), 0), ...filter.push(bytes.subarray(at), 0)]
      const rest = filter.admit(policyOf(visitor, limits.visitor), createRateLimit(limits.visitor, 0), 0)
      expect(told([...first, ...rest])).toEqual(['connect a.b.c', 'forward PING\r\n'])
    }
  })
})
