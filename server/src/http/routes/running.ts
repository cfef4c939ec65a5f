import { timingSafeEqual } from 'node:crypto'
import { UsherError } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import { isLoopback } from '../../access/caller-address.ts'
import { sourceOf } from '../http-context.ts'
import type { HttpDeps } from '../http-deps.ts'
import { defineRoute } from '../route.ts'

const ok = v.object({ ok: v.literal(true) })

const readiness = v.object({
  ready: v.boolean(),
  checks: v.record(v.string(), v.object({ ok: v.boolean(), reason: v.optional(v.string()) })),
})

export const readHealth = () =>
  defineRoute({
    method: 'get',
    path: '/healthz',
    id: 'readHealth',
    tag: 'Running',
    summary: 'Is the process alive',
    description: 'Says nothing about Postgres or NATS: restarting this process would not bring them back.',
    who: 'anyone',
    answer: ok,
    handle: async () => ({ ok: true as const }),
  })

export const readReady = ({ readiness: look }: Pick<HttpDeps, 'readiness'>) =>
  defineRoute({
    method: 'get',
    path: '/readyz',
    id: 'readReadiness',
    tag: 'Running',
    summary: 'Can this server serve',
    description:
      'Looks at Postgres, NATS, migrations, partitions and the stream’s epoch. Status 503, with the same body, until all are fine.',
    who: 'anyone',
    content: 'application/json',
    answer: readiness,
    async handle({ c }) {
      const found = await look()
      return c.json(found, found.ready ? 200 : 503)
    },
  })

export const readMetrics = ({ config, metrics }: Pick<HttpDeps, 'config' | 'metrics'>) =>
  defineRoute({
    method: 'get',
    path: '/metrics',
    id: 'readMetrics',
    tag: 'Running',
    summary: 'Metrics for Prometheus',
    description: 'From this machine without more; from elsewhere with `Authorization: Bearer <USHER_METRICS_TOKEN>`.',
    who: 'anyone',
    content: 'text/plain',
    errors: ['forbidden'],
    async handle({ c }) {
      const allowed =
        isLoopback(sourceOf(c), config.USHER_TRUST_PROXY) || isToken(c.req.header('authorization'), config.USHER_METRICS_TOKEN)
      if (!allowed) throw new UsherError('forbidden', 'unable to show the metrics; they are for this machine, or for who has the token')
      return c.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType })
    },
  })

function isToken(header: string | undefined, token: string | undefined): boolean {
  if (header === undefined || token === undefined) return false
  const [given, wanted] = [Buffer.from(header), Buffer.from(`Bearer ${token}`)]
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
