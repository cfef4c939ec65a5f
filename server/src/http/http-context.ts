import type { Context } from 'hono'
import type { AddressSource } from '../access/caller-address.ts'

/** What the server under Hono hands over with each request; absent when the app is called in memory. */
export interface HttpEnv {
  Bindings: { incoming?: { socket: { remoteAddress?: string | undefined } } | undefined } | undefined
  Variables: { requestId: string }
}

export type HttpContext = Context<HttpEnv>

/** Where a request came from. */
export const sourceOf = (c: HttpContext): AddressSource => ({
  socket: c.env?.incoming?.socket.remoteAddress,
  forwarded: c.req.header('x-forwarded-for'),
})
