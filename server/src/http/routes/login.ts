import { loginRequest, me, UsherError } from '@usher-chat/sdk/protocol'
import { createRateLimit } from '../../access/rate-limit.ts'
import { agents, eq } from '../../db/orm.ts'
import type { HttpDeps } from '../http-deps.ts'
import { meOf } from '../me-of.ts'
import { defineRoute } from '../route.ts'
import { clearSessionCookie, readSessionCookie, writeSessionCookie } from '../session-cookie.ts'

export function login(deps: HttpDeps) {
  const admit = createLoginGate(deps)
  return defineRoute({
    method: 'post',
    path: '/v1/login',
    id: 'login',
    tag: 'Agent',
    summary: 'Log in with e-mail and password',
    description:
      'Answers with the cookie `__Host-usher`, good for 14 days after its last use. A wrong password and an unknown e-mail look alike.',
    who: 'stranger',
    body: loginRequest,
    answer: me,
    errors: ['wrong_credentials', 'forbidden', 'validation_failed', 'rate_limited', 'service_unavailable'],
    async handle({ caller, body, c }) {
      const refund = admit(caller.address, body.email)
      const agent = await checkPassword(deps, body)
      refund()
      const token = await deps.agentSessions.start(agent, readSessionCookie(c))
      const found = await deps.agentSessions.find(token)
      if (!found) throw wrongCredentials()
      writeSessionCookie(c, token)
      return meOf(found.agent)
    },
  })
}

export const logout = (deps: HttpDeps) =>
  defineRoute({
    method: 'post',
    path: '/v1/logout',
    id: 'logout',
    tag: 'Agent',
    summary: 'Log out',
    description:
      'Ends this login and closes all sockets of the agent; other devices connect again with their own login. Logging out twice is fine.',
    who: 'stranger',
    errors: ['forbidden', 'service_unavailable'],
    async handle({ c }) {
      const token = readSessionCookie(c)
      const found = token === undefined ? undefined : await deps.agentSessions.find(token)
      if (token !== undefined) await deps.agentSessions.end(token)
      if (found) await deps.revocations.revoke(found.agent.id)
      clearSessionCookie(c)
      return undefined
    },
  })

/** Counts tries by address and by e-mail; only failures stay counted. Returns what to call after a success. */
function createLoginGate({ config, now }: HttpDeps): (address: string, email: string) => () => void {
  const limit = { limit: config.USHER_LOGINS, windowMs: 60_000, now }
  const byAddress = createRateLimit(limit)
  const byEmail = createRateLimit(limit)
  return (address, email) => {
    const wait = byAddress.take(address) || byEmail.take(email)
    if (wait > 0) {
      const sentence = `unable to log in; too many tries, try again in ${Math.ceil(wait / 1000)} s`
      throw new UsherError('rate_limited', sentence, { retryAfterMs: wait })
    }
    return () => {
      byAddress.refund(address)
      byEmail.refund(email)
    }
  }
}

/** The agent whose e-mail and password these are. Throws `wrong_credentials`, after the same work in every case. */
async function checkPassword({ db, passwords }: HttpDeps, { email, password }: { email: string; password: string }): Promise<string> {
  const [agent] = await db.orm
    .select({ id: agents.id, hash: agents.passwordHash, deactivatedAt: agents.deactivatedAt, role: agents.role })
    .from(agents)
    .where(eq(agents.email, email))
  // Bots have no password to log in with; they come with a key.
  const mayLogIn = agent !== undefined && agent.deactivatedAt === null && agent.role !== 'bot'
  const { ok, rehash } = await passwords.verify(password, mayLogIn ? agent.hash : undefined)
  if (!ok || agent === undefined) throw wrongCredentials()
  if (rehash !== undefined) await db.orm.update(agents).set({ passwordHash: rehash }).where(eq(agents.id, agent.id))
  return agent.id
}

const wrongCredentials = (): UsherError => new UsherError('wrong_credentials', 'unable to log in; e-mail or password is wrong')
