import { visitorPatch } from '@usher-chat/sdk/protocol'
import type { HttpDeps } from '../http-deps.ts'
import { writeVisitor } from '../queries/see-visitor.ts'
import { defineRoute } from '../route.ts'

export const updateVisitor = (deps: HttpDeps) =>
  defineRoute({
    method: 'patch',
    path: '/v1/visitor',
    id: 'updateVisitor',
    tag: 'Visitor',
    summary: 'Tell who writes, and from where',
    description: 'Sent with the first message: from then on agents see a card. What the site vouches for stands above what is typed here.',
    who: 'visitor',
    body: visitorPatch,
    errors: ['validation_failed', 'service_unavailable'],
    async handle({ caller: { claims }, body }) {
      const { site, visitor, person } = claims
      await writeVisitor(deps.db, { site, visitor, person, typed: body, now: new Date(deps.now()) })
      return undefined
    },
  })
