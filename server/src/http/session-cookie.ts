import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { agentSessionTtlMs } from '../access/agent-sessions.ts'
import type { HttpContext } from './http-context.ts'

// `__Host-`: browsers accept it only with Secure, Path=/ and no Domain, so no sibling host can plant or read it.
const name = 'usher'
const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax', prefix: 'host' } as const

/** The login's token as the browser sent it. */
export const readSessionCookie = (c: HttpContext): string | undefined => getCookie(c, name, 'host') || undefined

export function writeSessionCookie(c: HttpContext, token: string): void {
  setCookie(c, name, token, { ...attributes, maxAge: agentSessionTtlMs / 1000 })
}

export function clearSessionCookie(c: HttpContext): void {
  deleteCookie(c, name, attributes)
}
