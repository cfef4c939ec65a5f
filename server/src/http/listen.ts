import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Config } from '../config.ts'
import type { HttpEnv } from './http-context.ts'

/** An HTTP server whose answers can be exchanged while it runs. */
export interface Listener {
  readonly server: Server
  /** The port it got, also when it was asked for any. */
  readonly port: number
  /** From now on this app answers. */
  serve(app: Hono<HttpEnv>): void
  /** Takes no more connections, and waits for the answers under way. */
  stop(): Promise<void>
}

/** Listens at once, so that whoever looks after the process sees that it lives. Throws one sentence when the port is taken. */
export async function listen({ PORT, HOST }: Pick<Config, 'PORT' | 'HOST'>, first: Hono<HttpEnv>): Promise<Listener> {
  let app = first
  const server = createAdaptorServer({
    fetch: (request, env) => app.fetch(request, { incoming: 'incoming' in env ? env.incoming : undefined }),
  })
  if (!('keepAliveTimeout' in server) || !('closeIdleConnections' in server)) throw new Error('unable to listen; not an HTTP/1 server')
  // Longer than the minute proxies keep connections for: it is they who end one, so none dies under a request.
  server.keepAliveTimeout = 65_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === 'EADDRINUSE' ? `port ${PORT} is taken` : cause.message
      reject(new Error(`unable to listen on ${HOST}:${PORT}; ${reason}`, { cause }))
    })
    server.listen(PORT, HOST, resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : PORT
  return {
    server,
    port,
    serve(next) {
      app = next
    },
    stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      return closed
    },
  }
}
