import { describe, expect, it } from 'vitest'
import { createRest, type RestRequest } from './rest-client.ts'

interface Call {
  url: string
  init: RequestInit
}

function restAnswering(answer: () => Response | Promise<Response>) {
  const calls: Call[] = []
  const fetch = async (url: unknown, init?: RequestInit) => {
    calls.push({ url: String(url), init: init ?? {} })
    return answer()
  }
  const rest = createRest({
    baseUrl: 'https://chat.example',
    fetch: fetch as typeof globalThis.fetch,
    headers: () => ({ authorization: 'Bearer t' }),
    credentials: 'omit',
  })
  return { calls, rest, ask: (request?: RestRequest) => rest('GET', '/v1/thread', request) }
}

describe('a call', () => {
  it('carries query, body and headers', async () => {
    const { calls, rest } = restAnswering(() => Response.json({ ok: true }))
    await expect(rest('POST', '/v1/login', { query: { a: 'x y', b: undefined, c: 3 }, body: { email: 'a' } })).resolves.toEqual({
      ok: true,
    })
    expect(calls[0]?.url).toBe('https://chat.example/v1/login?a=x%20y&c=3')
    expect(calls[0]?.init).toMatchObject({
      method: 'POST',
      body: '{"email":"a"}',
      headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
    })
  })

  it('may have no answer', async () => {
    const { ask } = restAnswering(() => new Response(null, { status: 204 }))
    await expect(ask()).resolves.toBe(undefined)
  })
})

describe('an error', () => {
  it('of the server keeps its code, words and time to wait', async () => {
    const body = {
      error: { code: 'rate_limited', message: 'unable to answer; too fast', retryable: true, retryAfterMs: 700, requestId: 'r1' },
    }
    const { ask } = restAnswering(() => Response.json(body, { status: 429 }))
    await expect(ask()).rejects.toMatchObject({
      code: 'rate_limited',
      message: 'unable to answer; too fast',
      retryAfterMs: 700,
      requestId: 'r1',
    })
  })

  it('of something in between gets a code by its status', async () => {
    for (const [status, code] of [
      [502, 'service_unavailable'],
      [403, 'forbidden'],
      [404, 'not_found'],
      [401, 'unauthenticated'],
      [418, 'internal'],
      [429, 'rate_limited'],
    ] as const) {
      const { ask } = restAnswering(() => new Response('<html>', { status }))
      await expect(ask()).rejects.toMatchObject({ code })
    }
  })

  it('of the network can be tried again', async () => {
    const { ask } = restAnswering(() => Promise.reject(new TypeError('fetch failed')))
    await expect(ask()).rejects.toMatchObject({ code: 'connection_failed', retryable: true })
  })

  it('of an answer that is cut off is no success', async () => {
    const { ask } = restAnswering(() => new Response('{"messages":['))
    await expect(ask()).rejects.toMatchObject({ code: 'connection_failed' })
  })
})
