import { type ErrorBody, errorCodes, newId } from '@usher-chat/sdk/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signVisitorToken } from '../src/access/visitor-token.ts'
import { routesOf } from '../src/http/routes.ts'
import { openTestApp, type TestApp } from '../test/open-test-app.ts'

let app: TestApp
let agent: Record<string, string>
let visitor: Record<string, string>
let conversation: string
/** Names and values that mean something to some route, so that not everything fails at the first field. */
const names = [
  'site',
  'token',
  'identity',
  'page',
  'url',
  'title',
  'locale',
  'name',
  'email',
  'password',
  'presence',
  'agent',
  'take',
  'seq',
  'view',
  'ids',
  'cursor',
  'limit',
  'after',
  'before',
  '__proto__',
  'constructor',
]
const known: string[] = [
  'online',
  'mine',
  'all',
  'resolved',
  '50',
  '0',
  '-1',
  '1e308',
  '9007199254740993',
  '\0',
  '\ud800',
  'a@b.example',
  "'; --",
  '',
]

beforeAll(async () => {
  app = await openTestApp({ config: { USHER_SESSIONS: 1_000_000, USHER_LOGINS: 1 } })
  const site = await app.addSite()
  const found = await app.addConversation(site)
  conversation = found.id
  agent = (await app.addAgent([site])).headers
  known.push(site.id, site.key, found.id, found.visitor)
  visitor = {
    Authorization: `Bearer ${signVisitorToken(app.deps.keys.tokenSecret, { site: site.id, visitor: newId(), issuedAt: Date.now(), person: undefined })}`,
  }
})

afterAll(() => app?.[Symbol.asyncDispose]())

const value = fc.oneof(fc.constantFrom(...known), fc.string({ unit: 'binary', maxLength: 40 }))
const json = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    value,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 6 })), tie('any'), { maxKeys: 5 }),
}))

/** Every answer is done, or one of the protocol's errors in its one shape; never a failure of ours. */
function expectFair(status: number, text: string, body: unknown): void {
  if (status < 400) return
  const error = (body as ErrorBody | undefined)?.error
  expect(error?.code, text).toBeTypeOf('string')
  expect(Object.keys(errorCodes)).toContain(error?.code)
  expect(error?.message).toMatch(/^unable to /)
  expect(error?.code, text).not.toBe('internal')
}

describe('[S24] [S35] no body and no query makes the server fail', () => {
  const whole = (): { method: string; path: string; headers: Record<string, string> }[] =>
    routesOf(app.deps).map(({ spec }) => ({
      method: spec.method.toUpperCase(),
      path: spec.path.replace('{id}', conversation),
      headers: {
        ...(spec.who === 'visitor' ? visitor : agent),
        Origin: spec.who === 'page' || spec.who === 'visitor' ? 'https://shop.example' : 'https://chat.example',
      },
    }))

  test('any JSON, and any text, as the body of every route that takes one', async () => {
    const routes = whole().filter(({ method }) => method !== 'GET')
    expect(routes.length).toBeGreaterThan(5)
    const body = fc.oneof(
      json.object.map((object) => JSON.stringify(object)),
      json.any.map((any) => JSON.stringify(any)),
      fc.string({ unit: 'binary' }),
    )
    for (const { method, path, headers } of routes) {
      await fc.assert(
        fc.asyncProperty(body, async (text) => {
          app.clock.now += 1_000
          const answer = await app.ask(method, path, { headers: { 'Content-Type': 'application/json', ...headers }, body: text })
          expectFair(answer.status, `${method} ${path} ${text} → ${answer.text}`, answer.json)
        }),
        { numRuns: 40 },
      )
    }
    expect('polluted' in {}).toBe(false)
  })

  test('any query of every route', async () => {
    const routes = whole().filter(({ method, path }) => method === 'GET' && path.startsWith('/v1/'))
    expect(routes.length).toBeGreaterThan(5)
    for (const { method, path, headers } of routes) {
      await fc.assert(
        fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 }), async (query) => {
          app.clock.now += 1_000
          const search = new URLSearchParams(query).toString()
          const answer = await app.ask(method, `${path}?${search}`, { headers })
          expectFair(answer.status, `${method} ${path} ${search} → ${answer.text}`, answer.json)
        }),
        { numRuns: 60 },
      )
    }
  })
})
