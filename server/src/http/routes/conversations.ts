import {
  assignRequest,
  type ConversationId,
  conversation,
  conversationsPage,
  conversationsQuery,
  resolveRequest,
  UsherError,
} from '@usher-chat/sdk/protocol'
import type { AgentLogin } from '../../access/agent-sessions.ts'
import { assignConversation } from '../../db/conversations/assign-conversation.ts'
import { reopenConversation } from '../../db/conversations/reopen-conversation.ts'
import { resolveConversation } from '../../db/conversations/resolve-conversation.ts'
import type { HttpDeps } from '../http-deps.ts'
import { readConversation, readInbox } from '../queries/read-inbox.ts'
import { defineRoute } from '../route.ts'

const sitesOf = (caller: AgentLogin) => caller.sites.map(({ id }) => id)

export const listConversations = (deps: HttpDeps) =>
  defineRoute({
    method: 'get',
    path: '/v1/conversations',
    id: 'listConversations',
    tag: 'Inbox',
    summary: 'List conversations',
    description:
      '`mine`: open and assigned to you · `queue`: waiting for an agent, oldest first · `all`: everything unresolved · `resolved`: newest first. ' +
      'With `ids`, exactly these, whatever their status. The counts of the lists come along.',
    who: 'agent',
    query: conversationsQuery,
    answer: conversationsPage,
    errors: ['validation_failed', 'service_unavailable'],
    handle: ({ caller, query }) => readInbox(deps.db, { ...query, agent: caller.id, sites: sitesOf(caller) }),
  })

export const readOneConversation = (deps: HttpDeps) =>
  defineRoute({
    method: 'get',
    path: '/v1/conversations/{id}',
    id: 'readConversation',
    tag: 'Inbox',
    summary: 'Read one conversation',
    who: 'agent',
    answer: conversation,
    errors: ['not_found', 'service_unavailable'],
    handle: ({ caller, id }) => find(deps, caller, id('id')),
  })

export const assign = (deps: HttpDeps) =>
  defineRoute({
    method: 'post',
    path: '/v1/conversations/{id}/assign',
    id: 'assignConversation',
    tag: 'Inbox',
    summary: 'Assign to yourself or to a colleague',
    description: 'Without `agent`: to yourself. `take` takes it from a colleague; without it that is `already_assigned`.',
    who: 'agent',
    body: assignRequest,
    answer: conversation,
    errors: ['not_found', 'conflict', 'already_assigned', 'forbidden', 'validation_failed', 'service_unavailable'],
    async handle({ caller, body, id }) {
      const command = { sites: sitesOf(caller), id: id('id'), agent: body.agent ?? caller.id, by: caller.id, take: body.take }
      await assignConversation(deps.db, command, new Date(deps.now()))
      return afterwards(deps, caller, command.id)
    },
  })

export const resolve = (deps: HttpDeps) =>
  defineRoute({
    method: 'post',
    path: '/v1/conversations/{id}/resolve',
    id: 'resolveConversation',
    tag: 'Inbox',
    summary: 'Resolve',
    description: '`seq` is the last seq you had on screen: what the visitor wrote after it opens the next conversation.',
    who: 'agent',
    body: resolveRequest,
    answer: conversation,
    errors: ['not_found', 'forbidden', 'validation_failed', 'service_unavailable'],
    async handle({ caller, body, id }) {
      // A seq from the future would swallow messages nobody has read.
      const seq = body.seq === undefined ? undefined : Math.min(body.seq, await deps.endOfStream())
      const command = { sites: sitesOf(caller), id: id('id'), by: caller.id, seq }
      await resolveConversation(deps.db, command, new Date(deps.now()))
      return afterwards(deps, caller, command.id)
    },
  })

export const reopen = (deps: HttpDeps) =>
  defineRoute({
    method: 'post',
    path: '/v1/conversations/{id}/reopen',
    id: 'reopenConversation',
    tag: 'Inbox',
    summary: 'Reopen a resolved conversation',
    description: 'It is yours then. Only the newest conversation of a visitor can be reopened.',
    who: 'agent',
    answer: conversation,
    errors: ['not_found', 'conflict', 'forbidden', 'service_unavailable'],
    async handle({ caller, id }) {
      const command = { sites: sitesOf(caller), id: id('id'), by: caller.id }
      await reopenConversation(deps.db, command, new Date(deps.now()))
      return afterwards(deps, caller, command.id)
    },
  })

/** The change is committed: the router hears of it, the caller sees it. */
function afterwards(deps: HttpDeps, caller: AgentLogin, id: ConversationId) {
  deps.wakeRouter()
  return find(deps, caller, id)
}

async function find({ db }: HttpDeps, caller: AgentLogin, id: ConversationId) {
  const found = await readConversation(db, { agent: caller.id, sites: sitesOf(caller), id })
  if (!found) throw new UsherError('not_found', 'unable to find the conversation; there is no such conversation')
  return found
}
