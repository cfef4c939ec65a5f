import { conversation, id, UsherError, visitorCard } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import type { HttpDeps } from '../http-deps.ts'
import { readConversationsOf } from '../queries/read-inbox.ts'
import { readVisitorCard } from '../queries/read-visitor-card.ts'
import { defineRoute } from '../route.ts'

export const visitorWithConversations = v.object({ ...visitorCard.entries, conversations: v.array(conversation) })

export const readVisitorOfSite = (deps: HttpDeps) =>
  defineRoute({
    method: 'get',
    path: '/v1/visitors/{id}',
    id: 'readVisitor',
    tag: 'Inbox',
    summary: 'Read the card of a visitor and their conversations',
    description: 'Conversations come newest first, at most 100.',
    who: 'agent',
    query: v.object({ site: id }),
    answer: visitorWithConversations,
    errors: ['not_found', 'validation_failed', 'service_unavailable'],
    async handle({ caller, query: { site }, id }) {
      const visitor = id('id')
      const isMine = caller.sites.some((own) => own.id === site)
      const card = isMine ? await readVisitorCard(deps.db, site, visitor) : undefined
      if (!card) throw new UsherError('not_found', 'unable to find the visitor; there is no such visitor')
      return { ...card, conversations: await readConversationsOf(deps.db, { agent: caller.id, sites: [site], visitor }) }
    },
  })
