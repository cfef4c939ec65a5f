import { describe, expect, test } from 'vitest'
import {
  admittedFilter,
  forwarded,
  hpub,
  inbox,
  limits,
  ownPulse,
  ownSubject,
  pub,
  push,
  reasonsOf,
  textMessage,
  told,
  visitor,
} from '../../test/edge-commands.ts'
import { createFilter, type Filter } from './filter.ts'
import { maxConnectBytes, maxFrameBytes, maxLineBytes } from './limits.ts'
import { policyOf } from './policy.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'

const policy = policyOf(visitor, limits.visitor)
const admit = (filter: Filter) => filter.admit(policy, createRateLimit(limits.visitor, 0), 0)
const pulse = pub(ownPulse, '{"v":1,"type":"typing"}')

describe('[P9] the longest that is read', () => {
  const sub = (bytes: number): string => `SUB ${'x'.repeat(bytes - 'SUB  1\r\n'.length)} 1\r\n`
  const connect = (bytes: number): string => `CONNECT {"jwt":"x"}${' '.repeat(bytes - 'CONNECT {"jwt":"x"}\r\n'.length)}\r\n`

  test('is a line of a thousand and twenty-four bytes, its end included', () => {
    expect(reasonsOf(push(admittedFilter(), sub(maxLineBytes)))).toEqual(['refuse subscription'])
    expect(push(admittedFilter(), sub(maxLineBytes + 1))).toEqual(['close lineTooLong'])
  })

  test('is waited for while the line has no end', () => {
    const filter = admittedFilter()
    expect(push(filter, 'x'.repeat(maxLineBytes))).toEqual([])
    expect(push(filter, 'x')).toEqual(['close lineTooLong'])
    const late = admittedFilter()
    push(late, sub(maxLineBytes).slice(0, -1))
    expect(reasonsOf(push(late, '\n'))).toEqual(['refuse subscription'])
  })

  test('is a CONNECT of eight thousand, and no other line before it', () => {
    expect(push(createFilter(), connect(maxConnectBytes))).toEqual(['connect x'])
    expect(push(createFilter(), connect(maxConnectBytes + 1))).toEqual(['close lineTooLong'])
  })

  test('is what a frame holds while somebody waits to be let in', () => {
    const filter = createFilter()
    push(filter, 'CONNECT {"jwt":"x"}\r\n')
    expect(push(filter, Buffer.alloc(maxFrameBytes))).toEqual([])
    expect(push(filter, 'x')).toEqual(['close unauthorized'])
    expect(push(filter, 'PING\r\n')).toEqual([])
    expect(admit(filter)).toEqual([])
  })

  test('is a payload of one frame: what is announced longer is not even passed over', () => {
    expect(reasonsOf(push(admittedFilter(), `PUB ${ownPulse} ${maxFrameBytes}\r\n`))).toEqual(['refuse payload_size'])
    expect(push(admittedFilter(), `PUB ${ownPulse} ${maxFrameBytes + 1}\r\n`)).toEqual(['close payloadTooLarge'])
  })
})

describe('being let in', () => {
  test('[P6] counts once, and only after CONNECT', () => {
    const filter = createFilter()
    expect(admit(filter)).toEqual([])
    push(filter, 'CONNECT {"jwt":"x"}\r\n')
    expect(admit(filter)).toEqual([])
    expect(push(filter, 'PING\r\n')).toEqual(['forward PING\r\n'])
    expect(admit(filter)).toEqual([])
  })

  test('own publishes come back unless CONNECT says otherwise', () => {
    expect(createFilter().push(Buffer.from('CONNECT {"jwt":"x"}\r\n'), 0)).toEqual([{ type: 'connect', jwt: 'x', echo: true }])
    expect(createFilter().push(Buffer.from('CONNECT {"jwt":"x","echo":false}\r\n'), 0)).toEqual([
      { type: 'connect', jwt: 'x', echo: false },
    ])
  })

  test('nothing comes of nothing', () => expect(admittedFilter().push(Buffer.alloc(0), 0)).toEqual([]))
})

describe('what is passed on', () => {
  test('in a row is one piece, and a refusal stands where it happened', () => {
    const outcomes = admittedFilter().push(Buffer.concat([pulse, pulse, pub('x', 'y'), pulse, Buffer.from('PING\r\n')]), 0)
    expect(outcomes.map(({ type }) => type)).toEqual(['forward', 'refuse', 'forward'])
    expect(told(outcomes)[2]).toBe(`forward ${pulse}PING\r\n`)
  })

  test('an UNSUB of nothing costs a command and leaves no trace', () => {
    const outcomes = admittedFilter().push(Buffer.concat([pulse, Buffer.from('UNSUB 9\r\n'), pulse]), 0)
    expect(outcomes.map((outcome) => outcome.type === 'forward' && outcome.bytes.toString())).toEqual([`${pulse}`, `${pulse}`])
  })

  test('is a copy of its own where a command was cut', () => {
    const filter = admittedFilter()
    const frame = Buffer.concat([pulse, pulse.subarray(0, 9)])
    filter.push(frame, 0)
    frame.fill(0)
    expect(push(filter, pulse.subarray(9))).toEqual(forwarded(pulse))
  })
})

describe('[P6] the end of a payload', () => {
  const body = '{"v":1,"type":"typing"}'
  const ending = (end: string) => `PUB ${ownPulse} ${body.length}\r\n${body}${end}`

  test.each(['\r\r', '\n\n', '\n\r', 'x\n', '\rx'])('is CR LF, not %j', (end) => {
    expect(push(admittedFilter(), ending(end))).toEqual(['close protocol'])
    expect(reasonsOf(push(admittedFilter(), `PUB x 3\r\nabc${end}`))).toEqual(['refuse subject', 'close protocol'])
  })

  test('is waited for, byte by byte', () => {
    const filter = admittedFilter()
    for (const part of [ending(''), '\r']) expect(push(filter, part)).toEqual([])
    expect(push(filter, '\n')).toEqual(forwarded(ending('\r\n')))
    expect(reasonsOf(push(filter, 'PUB x 3\r\nab'))).toEqual(['refuse subject'])
    for (const part of ['c', '\r']) expect(push(filter, part)).toEqual([])
    expect(push(filter, '\nPING\r\n')).toEqual(['forward PING\r\n'])
  })
})

describe('[P9] what a command costs', () => {
  type Taken = [...Parameters<RateLimit['take']>]
  const paying = (wait = 0) => {
    const taken: Taken[] = []
    const rates: RateLimit = {
      take: (...paid) => {
        taken.push(paid)
        return wait
      },
      noteRefusal: () => true,
      noteFrame: () => true,
      isFull: () => true,
    }
    const filter = createFilter()
    filter.push(Buffer.from('CONNECT {"jwt":"x"}\r\n'), 0)
    filter.admit(policy, rates, 0)
    return { filter, taken }
  }
  const says = hpub(ownSubject, textMessage('x'))

  test('is its bytes, line and header included, at the time it came', () => {
    const { filter, taken } = paying()
    filter.push(Buffer.concat([Buffer.from('PING\r\n'), says, pulse, Buffer.from(`SUB ${inbox} 1\r\nUNSUB 1\r\n`)]), 77)
    expect(taken).toEqual([
      ['control', 6, 77],
      ['message', says.length, 77],
      ['pulse', pulse.length, 77],
      ['control', `SUB ${inbox} 1\r\n`.length, 77],
      ['control', 'UNSUB 1\r\n'.length, 77],
    ])
  })

  test('is not taken for what is refused by its envelope', () => {
    const { filter, taken } = paying()
    filter.push(Buffer.concat([pub('x', 'y'), hpub(ownSubject, 'x', { header: 'NATS/1.0\r\n\r\n' })]), 0)
    expect(taken).toEqual([])
  })

  test.each([`SUB ${inbox} 1\r\n`, 'UNSUB 1\r\n', 'PING\r\n', 'PONG\r\n'])('who cannot pay for %j is closed', (line) => {
    expect(push(paying(1).filter, line)).toEqual(['close abuse'])
  })

  test('who cannot pay for a message is told when they can', () => {
    expect(push(paying(1_234).filter, says)[0]).toContain('try again in 1234 ms')
  })
})

test('[P9] too many refusals end the socket, whatever is refused', () => {
  const none = { ...limits.visitor, refusals: 2 }
  const refusedBy = (command: string | Buffer) => push(admittedFilter(visitor, { ...limits, visitor: none }), ...Array(5).fill(command))
  const tooLong = pub(ownPulse, 'x'.repeat(9_000))
  for (const command of [pub('x', 'y'), 'SUB > 1\r\n', tooLong, pub(ownPulse, '{}')]) {
    expect(reasonsOf(refusedBy(command)).slice(3)).toEqual(['close abuse'])
  }
})
