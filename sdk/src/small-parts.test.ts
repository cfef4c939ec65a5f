import { describe, expect, it } from 'vitest'
import { checkText } from './check-text.ts'
import { createCookieJar } from './cookie-jar.ts'
import { People } from './people.ts'
import { decode, encode } from './protocol/codec.ts'
import { message } from './protocol/messages.ts'
import { readAck } from './read-ack.ts'
import { tokenLifeMs } from './token-life.ts'

describe('the life of a token', () => {
  const jwt = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`

  it('is read from its claims, whatever the clock of this device says', () => {
    expect(tokenLifeMs(jwt({ iat: 1_000, exp: 2_800 }))).toBe(1_800_000)
  })

  it('has a default when it cannot be read', () => {
    for (const damaged of ['', 'a.b', 'a.%%%.c', jwt({ iat: 5, exp: 4 }), jwt({ exp: 'soon' })]) expect(tokenLifeMs(damaged, 7)).toBe(7)
  })
})

describe('the answer to a publish', () => {
  const reading = (answer: unknown) => () => readAck(encode(answer))

  it('is the place in the stream', () => {
    expect(reading({ stream: 'CHAT', seq: 42, duplicate: true })()).toBe(42)
  })

  it('or a refusal of the edge, in its words', () => {
    const error = { code: 429, err_code: 'rate_limited', description: 'unable to send; too fast', retryAfterMs: 1_200 }
    expect(reading({ error })).toThrow(
      expect.objectContaining({ code: 'rate_limited', message: 'unable to send; too fast', retryAfterMs: 1_200 }),
    )
  })

  it('or a refusal of JetStream', () => {
    const full = { code: 400, err_code: 10_077, description: 'maximum messages per subject exceeded' }
    expect(reading({ error: full })).toThrow(expect.objectContaining({ code: 'thread_full' }))
    expect(reading({ error: { code: 503, err_code: 10_008, description: 'no quorum' } })).toThrow(
      expect.objectContaining({ code: 'service_unavailable', retryable: true }),
    )
  })

  it('or something that makes no sense, which may be asked again', () => {
    expect(() => readAck(new Uint8Array([123, 34]))).toThrow(expect.objectContaining({ code: 'service_unavailable' }))
    expect(reading({})).toThrow(expect.objectContaining({ code: 'service_unavailable' }))
  })
})

describe('a text', () => {
  it('that the edge would refuse never leaves: what passes here passes the schema', () => {
    for (const text of ['a', '  b  ', 'x'.repeat(4_000), '\ud800 half', 'nul\0', '\u{1f600}']) {
      const payload = encode({ v: 1, id: '00000000-0000-7000-8000-000000000000', kind: 'text', body: { text: checkText(text) } })
      expect(payload.length).toBeLessThanOrEqual(8_192)
      expect(decode(message, payload)).toBeDefined()
    }
  })

  it('is refused with how much it is too long, in characters or in bytes', () => {
    expect(() => checkText('x'.repeat(4_001))).toThrow('1 characters too long')
    expect(() => checkText('\n'.repeat(3_999) + 'x'.repeat(1))).not.toThrow()
    expect(() => checkText('\u0001'.repeat(4_000))).toThrow(/\d+ bytes too long/)
    expect(() => checkText(' ')).toThrow('unable to send; the message is empty')
  })
})

describe('the cookie jar', () => {
  const answer = (...cookies: string[]) => {
    const headers = new Headers()
    for (const cookie of cookies) headers.append('set-cookie', cookie)
    return new Response(null, { headers })
  }

  it('sends back what was set, until it is taken back', () => {
    const jar = createCookieJar()
    expect(jar.headers()).toEqual({})
    jar.take(answer('__Host-usher=abc; Path=/; Secure; HttpOnly', 'other=1'))
    expect(jar.headers()).toEqual({ cookie: '__Host-usher=abc; other=1' })
    jar.take(answer('__Host-usher=; Max-Age=0; Path=/', 'other=2; Max-Age=0'))
    expect(jar.headers()).toEqual({})
  })
})

describe('people', () => {
  it('are named once known, and asked for once', () => {
    const people = new People()
    const anna = { role: 'agent' as const, id: 'a', name: 'Anna' }
    expect(people.wonder({ role: 'agent', id: 'a' })).toBe(true)
    expect(people.wonder({ role: 'agent', id: 'a' })).toBe(false)
    expect(people.learn(anna)).toBe(true)
    expect(people.learn({ ...anna })).toBe(false)
    expect(people.named({ role: 'agent', id: 'a' })).toBe(anna)
  })
})
