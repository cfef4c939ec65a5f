import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApp, type TestApp, type TestSite } from '../../test/open-test-app.ts'
import { createApp, maxBodyBytes } from './create-app.ts'
import type { OpenApiDocument, OpenApiOperation } from './openapi.ts'

let app: TestApp
let site: TestSite
const folder = mkdtempSync(join(tmpdir(), 'usher-pages-'))
beforeAll(async () => {
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify({ loader: 'loader.js', visitor: 'visitor.A1.js', console: 'console.B2.js', files: {} }),
  )
  writeFileSync(join(folder, 'loader.js'), `// ${'loader '.repeat(100)}\nrun(__USHER_SETTINGS__)`)
  writeFileSync(join(folder, 'visitor.A1.js'), 'export const mount = () => {}\n'.repeat(50))
  writeFileSync(join(folder, 'console.B2.js'), 'draw()\n')
  app = await openTestApp({ widgetFolder: folder })
  site = await app.addSite()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await app[Symbol.asyncDispose]()
})

const raw = async (path: string, headers: Record<string, string> = {}) =>
  createApp({ ...app.deps, metrics: quietMetrics }).request(path, { headers })
/** A second app on the same registry would name its metrics twice. */
const quietMetrics = {
  counter: () => () => {},
  gauge: () => {},
  histogram: () => () => {},
  text: async () => '',
  contentType: 'text/plain',
}

describe('GET /w/<siteKey>.js', () => {
  test('[P1] is the loader with the settings of the site in it, cacheable for five minutes', async () => {
    const answer = await app.ask('GET', `/w/${site.key}.js`)
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=300, stale-while-revalidate=86400',
      'cross-origin-resource-policy': 'cross-origin',
      'timing-allow-origin': '*',
    })
    const heard: unknown[] = []
    new Function('run', answer.text)((value: unknown) => heard.push(value))
    expect(heard).toEqual([
      {
        siteKey: site.key,
        baseUrl: 'https://chat.example',
        app: '/w/assets/visitor.A1.js',
        site: {
          name: 'The Shop',
          theme: { color: '#5b3df5', position: 'right' },
          texts: { title: 'The Shop', greeting: 'Hi! How can we help?', launcher: 'Chat with us' },
        },
      },
    ])
    expect(answer.text).not.toContain(site.secret)
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  test('comes compressed, as the browser likes it best', async () => {
    const path = `/w/${site.key}.js`
    const plain = await (await raw(path)).text()
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync }
    for (const [accepted, encoding] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip;q=0.5', 'gzip'],
    ] as const) {
      const answer = await raw(path, { 'Accept-Encoding': accepted })
      expect(answer.headers.get('content-encoding')).toBe(encoding)
      expect(answer.headers.get('vary')).toContain('Accept-Encoding')
      expect(unpack[encoding](Buffer.from(await answer.arrayBuffer())).toString()).toBe(plain)
    }
    expect((await raw(path, { 'Accept-Encoding': 'identity' })).headers.get('content-encoding')).toBeNull()
  })

  test('is not sent again to who has it, and is another once the settings are', async () => {
    const first = await app.ask('GET', `/w/${site.key}.js`)
    const etag = first.headers.get('etag') ?? ''
    for (const held of [etag, `W/${etag}`, `"x", ${etag}`]) {
      const again = await app.ask('GET', `/w/${site.key}.js`, { headers: { 'If-None-Match': held } })
      expect(again).toMatchObject({ status: 304, text: '' })
    }
    await app.db.query(`update sites set name = 'The New Shop' where id = $1`, [site.id])
    await app.deps.sites.refresh()
    const other = await app.ask('GET', `/w/${site.key}.js`, { headers: { 'If-None-Match': etag } })
    expect(other.status).toBe(200)
    expect(other.text).toContain('The New Shop')
  })

  test.each(['nosuchsite0000000000', 'x', "';alert(1);'"])('says in a script that the key %j is unknown', async (key) => {
    const answer = await app.ask('GET', `/w/${encodeURIComponent(key)}.js`)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toContain('text/javascript')
    const warned: string[] = []
    new Function('console', answer.text)({ warn: (text: string) => warned.push(text) })
    expect(warned).toEqual(['Usher: unable to start the chat; no site has the key in this script tag. Check its address.'])
  })

  test('[P8] is served while Postgres is away', async () => {
    const known = await app.ask('GET', `/w/${site.key}.js`)
    app.clock.now += 60_000
    const away = { ...app.deps.db, query: () => Promise.reject(new Error('Connection terminated')) }
    const answer = await createApp({ ...app.deps, metrics: quietMetrics, db: away }).request(`/w/${site.key}.js`)
    expect(await answer.text()).toBe(known.text)
  })
})

describe('built files', () => {
  test('are kept for ever, and may be run by any page', async () => {
    const answer = await app.ask('GET', '/w/assets/visitor.A1.js')
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    })
  })

  test.each([
    '/w/assets/console.B2.js',
    '/w/assets/loader.js',
    '/w/assets/..%2f..%2fpackage.json',
    '/console/assets/visitor.A1.js',
    '/console/assets/x',
  ])('that are not there are not found: %s', async (path) => {
    expect(await app.ask('GET', path)).toMatchObject({ status: 404, json: { error: { code: 'not_found' } } })
  })
})

describe('/console', () => {
  test('[S4] [S26] runs nothing but its own files, and in no frame', async () => {
    const answer = await app.ask('GET', '/console')
    expect(answer.text).toContain('<script type="module" src="/console/assets/console.B2.js"></script>')
    expect(answer.text).not.toMatch(/<script>|<style|\sstyle=|\son\w+=/)
    const policy = answer.headers.get('content-security-policy') ?? ''
    for (const rule of [
      `default-src 'none'`,
      `script-src 'self'`,
      `style-src 'self'`,
      `connect-src 'self' wss://chat.example`,
      `frame-ancestors 'none'`,
      `base-uri 'none'`,
      `require-trusted-types-for 'script'`,
    ]) {
      expect(policy.split('; ')).toContain(rule)
    }
    expect(policy).not.toContain('unsafe')
    expect(answer.headers.get('x-frame-options')).toBe('DENY')
    expect((await app.ask('GET', '/console/assets/console.B2.js')).text).toBe('draw()\n')
  })

  test('is found with a slash at its end', async () => {
    const answer = await app.ask('GET', '/console/')
    expect(answer.status).toBe(301)
    expect(new URL(answer.headers.get('location') ?? '', 'http://x').pathname).toBe('/console')
  })

  test('says what to do when nothing is built', async () => {
    const answer = await createApp({ ...app.deps, metrics: quietMetrics, widget: { ...app.deps.widget, consoleEntry: undefined } }).request(
      '/console',
    )
    expect(await answer.text()).toContain('npm run build')
  })
})

describe('/openapi.json', () => {
  const read = async () => (await app.ask('GET', '/openapi.json')).json as OpenApiDocument

  /** Addresses for people and browsers, which a description of the interface leaves out. */
  const pages = [
    '/',
    '/openapi.json',
    '/docs',
    '/docs/style.css',
    '/w/assets/:name',
    '/console',
    '/console/icon.svg',
    '/console/assets/:name',
  ]

  test('describes every route of the app, and no other', async () => {
    const document = await read()
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const served = createApp({ ...app.deps, metrics: quietMetrics })
      .routes.filter(({ method, path }) => method !== 'ALL' && method !== 'OPTIONS' && !pages.includes(path))
      .map(
        ({ method, path }) => `${method} ${path.replace(/:(\w+)(\{[^}]+\})?/g, (_, name, pattern) => `{${name}}${pattern ? '.js' : ''}`)}`,
      )
    expect(described.sort()).toEqual(served.sort())
    expect(described.length).toBeGreaterThanOrEqual(19)
  })

  test('refers only to what it holds, and names every operation once', async () => {
    const document = await read()
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
    expect(refs.length).toBeGreaterThan(20)
    expect(refs.filter((name) => !(name && name in document.components.schemas))).toEqual([])
    const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('says what must be sent, with its limits', async () => {
    const { paths } = await read()
    expect(paths['/v1/conversations']?.get?.parameters?.find(({ name }) => name === 'limit')).toEqual({
      name: 'limit',
      in: 'query',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
    })
    expect(paths['/v1/visitors/{id}']?.get?.parameters?.map(({ name, required }) => [name, required])).toEqual([
      ['id', true],
      ['site', true],
    ])
    const login = paths['/v1/login']?.post?.requestBody?.content['application/json']?.schema
    expect(login).toMatchObject({ type: 'object', required: ['email', 'password'] })
  })

  test('says what may go wrong, by status', async () => {
    const { paths } = await read()
    const responses: OpenApiOperation['responses'] = paths['/v1/session']?.post?.responses ?? {}
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['201', '401', '403', '404', '413', '422', '429', '500', '503']))
    expect(responses['403']?.description).toBe('`origin_not_allowed`')
  })
})

describe('/docs', () => {
  test('shows every operation and every shape, without a script and without another server', async () => {
    const page = await app.ask('GET', '/docs')
    const document = (await app.ask('GET', '/openapi.json')).json as OpenApiDocument
    for (const methods of Object.values(document.paths))
      for (const { operationId } of Object.values(methods)) expect(page.text).toContain(`id="${operationId}"`)
    for (const name of Object.keys(document.components.schemas)) expect(page.text).toContain(`<article id="${name}">`)
    expect(page.text).not.toMatch(/<script|style="/)
    expect([...page.text.matchAll(/(?:src|href)="(?!#|\/)([^"]*)"/g)].map(([, url]) => url)).toEqual([])
    expect(page.headers.get('content-security-policy')).toContain(`default-src 'none'`)
    expect((await app.ask('GET', '/docs/style.css')).headers.get('content-type')).toContain('text/css')
  })

  test('every link in it leads somewhere', async () => {
    const { text } = await app.ask('GET', '/docs')
    const anchors = new Set([...text.matchAll(/id="([^"]+)"/g)].map(([, id]) => id))
    const dead = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id).filter((id) => !anchors.has(id))
    expect(dead).toEqual([])
  })
})

describe('for those who run it', () => {
  test('/healthz says that the process lives', async () => {
    expect(await app.ask('GET', '/healthz')).toMatchObject({ status: 200, json: { ok: true } })
  })

  test('/readyz names what is missing', async () => {
    expect(await app.ask('GET', '/readyz')).toMatchObject({
      status: 503,
      json: { ready: false, checks: { nats: { ok: false, reason: 'the connection is lost' }, postgres: { ok: true } } },
    })
  })

  test('/metrics is for this machine and for the token', async () => {
    await app.ask('GET', '/healthz')
    const local = await app.ask('GET', '/metrics')
    expect(local.text).toMatch(/usher_http_seconds_count\{route="readHealth"\} \d+/)
    const from = '203.0.113.5'
    expect(await app.ask('GET', '/metrics', { from })).toMatchObject({ status: 403, json: { error: { code: 'forbidden' } } })
    expect((await app.ask('GET', '/metrics', { from, headers: { Authorization: 'Bearer wrong' } })).status).toBe(403)
    expect((await app.ask('GET', '/metrics', { from, headers: { Authorization: 'Bearer metrics-token' } })).status).toBe(200)
    expect((await app.ask('GET', '/metrics', { headers: { 'X-Forwarded-For': from } })).status).toBe(403)
  })
})

describe('every error', () => {
  test('has one shape, with the id of the request', async () => {
    const answer = await app.ask('GET', '/nowhere/<b>')
    expect(answer).toMatchObject({
      status: 404,
      json: { error: { code: 'not_found', message: 'unable to find /nowhere/?b?; there is no such address here', retryable: false } },
    })
    expect(answer.json).toHaveProperty('error.requestId', answer.headers.get('x-request-id'))
  })

  test('a method a route does not have is not found', async () => {
    expect((await app.ask('DELETE', '/v1/session')).status).toBe(404)
  })

  test('a body that is no JSON is told as such', async () => {
    const answer = await app.ask('POST', '/v1/session', { body: '{"site":' })
    expect(answer).toMatchObject({
      status: 400,
      json: { error: { code: 'invalid_argument', message: 'unable to read the request; its body is not JSON' } },
    })
  })

  test('[P9] a body over 16 KiB is not read', async () => {
    const answer = await app.ask('POST', '/v1/session', {
      body: 'x'.repeat(maxBodyBytes + 1),
      headers: { 'Content-Length': String(maxBodyBytes + 1) },
    })
    expect(answer).toMatchObject({
      status: 413,
      json: { error: { code: 'payload_too_large', message: 'unable to read the request; its body is longer than 16 KiB' } },
    })
  })

  test('[P9] nor one whose length is a lie', async () => {
    const answer = await app.ask('POST', '/v1/session', { body: JSON.stringify({ site: 'x'.repeat(maxBodyBytes) }) })
    expect(answer.status).toBe(413)
  })

  test('[S11] a mistake of ours is logged whole and told without a word of its own', async () => {
    const broken = { ...app.deps, metrics: quietMetrics, readThread: () => Promise.reject(new Error('secret_table is missing')) }
    const made = await app.ask('POST', '/v1/session', { body: { site: site.key } })
    const { token } = made.json as { token: string }
    const answer = await createApp(broken).request('/v1/thread', { headers: { Authorization: `Bearer ${token}` } })
    const body = await answer.text()
    expect(answer.status).toBe(500)
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'internal', message: 'unable to answer; something went wrong on the server' } })
    expect(body).not.toContain('secret_table')
    const logged = app.logged.at(-1)
    expect(logged).toMatchObject({ level: 'error', facts: { requestId: answer.headers.get('x-request-id') } })
    expect(JSON.stringify(logged)).toContain('secret_table')
  })
})
