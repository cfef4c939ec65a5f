import { randomUUID } from 'node:crypto'
import { UsherError } from '@usher-chat/sdk/protocol'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Log } from '../log.ts'
import { createDoors, type Doors } from './callers.ts'
import { answerError } from './error-body.ts'
import type { HttpContext, HttpEnv } from './http-context.ts'
import type { HttpDeps } from './http-deps.ts'
import { mountPages } from './mount-pages.ts'
import { openApiDocument } from './openapi.ts'
import type { Route } from './route.ts'
import { readHealth, readMetrics, readReady } from './routes/running.ts'
import { routesOf } from './routes.ts'

/** Longest request body, bytes: twice the longest payload of the bus. */
export const maxBodyBytes = 16 * 1_024

const version = '0.1.0'

/** The HTTP side of the server: the table of routes behind their doors, and the pages. */
export function createApp(deps: HttpDeps): Hono<HttpEnv> {
  const app = createBase(deps.log)
  const routes = routesOf(deps)
  mountRoutes(app, routes, createDoors(deps), durations(deps))
  const document = openApiDocument(
    routes.map(({ spec }) => spec),
    { url: deps.config.url, version },
  )
  mountPages(app, { ...deps, document })
  return app
}

/** What a server says that does not serve HTTP, or not yet: how it is, and that there is nothing else. `otherwise` answers all other addresses. */
export function createBareApp(deps: Pick<HttpDeps, 'config' | 'metrics' | 'readiness' | 'log'>, otherwise?: UsherError): Hono<HttpEnv> {
  const app = createBase(deps.log)
  const shut = async () => {
    throw otherwise
  }
  const doors: Doors = { anyone: async () => undefined, page: shut, visitor: shut, stranger: shut, agent: shut }
  mountRoutes(app, [readHealth(), readReady(deps), readMetrics(deps)], doors, () => {})
  if (otherwise) app.all('*', shut)
  return app
}

/** An app with what all answers have in common: ids, safe headers, a bound on bodies, one shape of errors. */
function createBase(log: Log): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.use(async (c, next) => {
    c.set('requestId', randomUUID())
    c.header('X-Request-Id', c.get('requestId'))
    c.header('X-Content-Type-Options', 'nosniff')
    c.header('Referrer-Policy', 'strict-origin-when-cross-origin')
    await next()
  })
  app.use('/v1/*', async (c, next) => {
    c.header('Cache-Control', 'no-store')
    await next()
  })
  app.use(bodyLimit({ maxSize: maxBodyBytes, onError: refuseBody }))
  app.notFound((c) => {
    // `/console/` is meant as `/console`. One plain word, so that the way leads nowhere else.
    const page = /^(\/[a-z]+)\/$/.exec(c.req.path)?.[1]
    if (page !== undefined && c.req.method === 'GET') return c.redirect(page, 301)
    return answerError(c, new UsherError('not_found', `unable to find ${printable(c.req.path)}; there is no such address here`), log)
  })
  app.onError((error, c) => answerError(c, error, log))
  return app
}

function refuseBody(): never {
  throw new UsherError('payload_too_large', `unable to read the request; its body is longer than ${maxBodyBytes / 1_024} KiB`)
}

function mountRoutes(app: Hono<HttpEnv>, routes: readonly Route[], doors: Doors, observe: Observe): void {
  for (const route of routes) {
    const { method, path, who } = route.spec
    const pattern = honoPath(path)
    const isEmbedded = who === 'page' || who === 'visitor'
    if (isEmbedded) app.options(pattern, (c) => preflight(c, method))
    app.on(method.toUpperCase(), pattern, async (c) => {
      const start = performance.now()
      if (isEmbedded) letRead(c)
      try {
        return await route.serve(c, doors)
      } finally {
        observe((performance.now() - start) / 1_000, { route: route.spec.id })
      }
    })
  }
}

/** `{id}` is `:id` to Hono; a parameter with an ending needs a pattern. */
const honoPath = (path: string): string => path.replace(/\{(\w+)\}\.js$/, ':$1{[^/]+\\.js}').replace(/\{(\w+)\}/g, ':$1')

/**
 * The answer may be read by the page that asked, whoever it is: answers with content are given to allowed origins only, and a refusal
 * must be readable, or all its developer sees is that something failed. No cookie is ever involved.
 */
function letRead(c: HttpContext): void {
  c.header('Vary', 'Origin', { append: true })
  const origin = c.req.header('origin')
  if (origin === undefined || origin === 'null') return
  c.header('Access-Control-Allow-Origin', origin)
  c.header('Access-Control-Expose-Headers', 'X-Request-Id, Retry-After')
}

/** A preflight names no site, so it cannot be refused yet; the request itself is checked before it does anything. */
function preflight(c: HttpContext, method: string): Response {
  letRead(c)
  c.header('Access-Control-Allow-Methods', method.toUpperCase())
  c.header('Access-Control-Allow-Headers', 'Authorization, Content-Type')
  c.header('Access-Control-Max-Age', '7200')
  return c.body(null, 204)
}

type Observe = (seconds: number, labels: { route: string }) => void

function durations({ metrics }: HttpDeps): Observe {
  const buckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
  return metrics.histogram('usher_http_seconds', 'Time to answer a request, by route.', buckets, ['route'])
}

const printable = (path: string): string => path.slice(0, 100).replace(/[^\w/.{}~%-]/g, '?')
