import { agentNats, me, presenceRequest, UsherError } from '@usher-chat/sdk/protocol'
import { mintAgentJwt } from '../../access/user-jwt.ts'
import { setPresence } from '../../db/conversations/set-presence.ts'
import { edgeUrl } from '../edge-url.ts'
import type { HttpDeps } from '../http-deps.ts'
import { meOf } from '../me-of.ts'
import { defineRoute } from '../route.ts'

export const readMe = () =>
  defineRoute({
    method: 'get',
    path: '/v1/me',
    id: 'readMe',
    tag: 'Agent',
    summary: 'Who is logged in',
    who: 'agent',
    answer: me,
    handle: async ({ caller }) => meOf(caller),
  })

export const readMyNats = (deps: HttpDeps) =>
  defineRoute({
    method: 'get',
    path: '/v1/me/nats',
    id: 'readMyNats',
    tag: 'Agent',
    summary: 'Get a token for the socket',
    description: 'An hour of access to the threads of your sites. Ask again at 70 % of its life.',
    who: 'agent',
    answer: agentNats,
    errors: ['forbidden', 'service_unavailable'],
    async handle({ caller }) {
      const epoch = deps.epoch()
      if (epoch === undefined) {
        throw new UsherError('service_unavailable', 'unable to connect; the server is still starting', { retryAfterMs: 1_000 })
      }
      if (caller.sites.length === 0) throw new UsherError('forbidden', 'unable to connect; you are in no team yet')
      // A token minted in the second of a revocation must not look older than it.
      const now = Math.max(deps.now(), deps.revocations.notBefore(caller.id))
      const { jwt, expiresAt } = mintAgentJwt({ keys: deps.keys, sites: caller.sites.map(({ id }) => id), agent: caller.id, now })
      return { url: edgeUrl(deps.config.url), jwt, expiresAt: new Date(expiresAt).toISOString(), epoch }
    },
  })

export const updateMyPresence = (deps: HttpDeps) =>
  defineRoute({
    method: 'put',
    path: '/v1/me/presence',
    id: 'updateMyPresence',
    tag: 'Agent',
    summary: 'Go online, away or offline',
    description: 'Going offline gives open conversations back to the queue at once; away keeps them and gets no new ones.',
    who: 'agent',
    body: presenceRequest,
    answer: presenceRequest,
    errors: ['forbidden', 'validation_failed', 'service_unavailable'],
    async handle({ caller, body: { presence } }) {
      await setPresence(deps.db, { agent: caller.id, presence }, new Date(deps.now()))
      deps.wakeRouter()
      return { presence }
    },
  })
