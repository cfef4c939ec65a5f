import * as v from 'valibot'
import { id, messageId } from './ids.ts'
import { object } from './object.ts'

export const agentCard = object({ id, name: v.string(), avatarUrl: v.optional(v.string()) })
/** How an agent is shown to visitors and colleagues. */
export type AgentCard = v.InferOutput<typeof agentCard>

/** Who caused an event: the router, or the agent with this id. */
const by = v.string()

const envelope = { v: v.literal(1), id: messageId, conversation: id }

/** A fact the server adds to a thread, seen by everyone in it. [R8] */
export const event = v.variant('type', [
  object({ ...envelope, type: v.literal('conversation.opened'), data: object({}) }),
  object({
    ...envelope,
    type: v.literal('conversation.queued'),
    data: object({
      /** Place in the queue, 1 is next. */
      position: v.number(),
      reason: v.picklist(['no_agent_online', 'all_agents_busy', 'agent_gone']),
    }),
  }),
  object({ ...envelope, type: v.literal('conversation.assigned'), data: object({ agent: agentCard, by }) }),
  object({ ...envelope, type: v.literal('conversation.resolved'), data: object({ by }) }),
  object({ ...envelope, type: v.literal('conversation.reopened'), data: object({ by }) }),
])
export type ThreadEvent = v.InferOutput<typeof event>
export type ThreadEventType = ThreadEvent['type']

/** Why one agent was or was not given a conversation. */
export const consideredAgent = object({
  agent: id,
  name: v.string(),
  outcome: v.picklist(['chosen', 'busier', 'full', 'away', 'offline']),
  /** Conversations the agent has open, and may have open. */
  open: v.number(),
  capacity: v.number(),
})
export type ConsideredAgent = v.InferOutput<typeof consideredAgent>

/** A fact only agents see: the reason of a routing decision. [R8] */
export const internalEvent = v.variant('type', [
  object({
    ...envelope,
    type: v.literal('routing.decided'),
    data: object({
      chosen: v.optional(id),
      position: v.optional(v.number()),
      considered: v.array(consideredAgent),
      /** Agents considered beyond those listed. */
      more: v.optional(v.number()),
    }),
  }),
])
export type InternalEvent = v.InferOutput<typeof internalEvent>
