import { existsSync, readFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Context, Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'

/** A member of the cinema, as its backend knows them. */
export interface DemoUser {
  /** The cinema's own id of the member. */
  sub: string
  name: string
  email: string
}

export interface DemoOptions {
  /** The site's public key. */
  siteKey: string
  /** Origin of the Usher server, no trailing slash. */
  baseUrl: string
  /** Vouches for a member: an HS256 JWT with the site's secret. */
  signIdentity: (user: DemoUser) => string | Promise<string>
  /** Where the built page lies; default: `examples/movie-tickets/dist` above this file. */
  folder?: string
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const cookieName = 'opening-night'
const yearSeconds = 31_536_000

/** The booking page of an invented cinema, to be mounted at `/demo`. Everybody who signs in is a Maya Chen of their own. */
export function createDemo({ siteKey, baseUrl, signIdentity, folder = builtFolder() }: DemoOptions): Hono {
  const app = new Hono()
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  const read = (name: string) => {
    const known = files.get(name) ?? readBuilt(folder, name)
    if (known) files.set(name, known)
    return known
  }

  app.use(async (c, next) => {
    await next()
    c.header('Content-Security-Policy', contentPolicy(baseUrl, new URL(c.req.url).host))
    c.header('X-Content-Type-Options', 'nosniff')
    c.header('Referrer-Policy', 'strict-origin-when-cross-origin')
  })
  app.get('/', (c) => {
    const page = read('index.html')
    if (!page) return c.text('The demo page is not built yet. Run: npm run build', 503)
    return c.html(new TextDecoder().decode(page).replaceAll('{{siteKey}}', encodeURIComponent(siteKey)))
  })
  app.get('/assets/:name{.+}', (c) => {
    const name = c.req.param('name')
    const type = types[extname(name)]
    const file = type === undefined ? undefined : read(name)
    return file && type ? c.body(file, 200, { 'Content-Type': type, 'Cache-Control': 'no-cache' }) : c.notFound()
  })
  app.get('/member', (c) => c.json({ member: cardOf(memberOf(c)) }))
  app.post('/sign-in', (c) => {
    const user = memberOf(c) ?? newMember()
    setCookie(c, cookieName, user.sub, { httpOnly: true, sameSite: 'Lax', path: '/demo', maxAge: yearSeconds })
    return c.json({ member: cardOf(user) })
  })
  app.post('/sign-out', (c) => {
    setCookie(c, cookieName, '', { httpOnly: true, sameSite: 'Lax', path: '/demo', maxAge: 0 })
    return c.body(null, 204)
  })
  app.post('/identity', async (c) => {
    const user = memberOf(c)
    return user ? c.json({ token: await signIdentity(user) }) : c.json({ error: 'nobody is signed in' }, 401)
  })
  return app
}

/** Only files and sockets of this page and of the Usher server; nothing inline. */
function contentPolicy(baseUrl: string, host: string): string {
  const server = new URL(baseUrl)
  const sockets = [host, server.host].flatMap((name) => [`ws://${name}`, `wss://${name}`])
  return [
    "default-src 'none'",
    `script-src 'self' ${server.origin}`,
    `connect-src 'self' ${server.origin} ${[...new Set(sockets)].join(' ')}`,
    "style-src 'self'",
    `img-src 'self' https: ${server.origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ')
}

const subPattern = /^maya-[a-f0-9]{32}$/

/** A demo trusts its cookie; a real shop would look its session up. */
function memberOf(c: Context): DemoUser | undefined {
  const sub = getCookie(c, cookieName)
  return sub !== undefined && subPattern.test(sub) ? { sub, name: 'Maya Chen', email: 'maya.chen@example.com' } : undefined
}

function newMember(): DemoUser {
  const sub = `maya-${crypto.randomUUID().replaceAll('-', '')}`
  return { sub, name: 'Maya Chen', email: 'maya.chen@example.com' }
}

const cardOf = (user: DemoUser | undefined) => (user ? { name: user.name } : null)

function readBuilt(folder: string, name: string): Uint8Array<ArrayBuffer> | undefined {
  // Names come from the address: only plain ones, never a way up.
  const path = /^(?:[a-z0-9-]+\/)?[a-z0-9-]+\.[a-z]+$/.test(name) ? join(folder, name) : undefined
  return path !== undefined && existsSync(path) ? Uint8Array.from(readFileSync(path)) : undefined
}

/** This file may run from its source or from a bundle elsewhere in the repository. */
function builtFolder(): string {
  let at = dirname(fileURLToPath(import.meta.url))
  for (;;) {
    const folder = join(at, 'examples/movie-tickets/dist')
    if (existsSync(folder) || dirname(at) === at) return folder
    at = dirname(at)
  }
}
