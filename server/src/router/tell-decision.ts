import type { ConsideredAgent } from '@usher-chat/sdk/protocol'
import type { NewEvent } from '../db/conversations/write-events.ts'

/** What was decided for a conversation: an agent, or a place in the queue (1 is next). */
export type Decided = { chosen: string } | { position: number }

/** Agents listed in one event, and characters of their names: the event stays below the largest payload of the wire. */
const mostListed = 25
const longestName = 60

/** The reason of a decision, for agents to read. */
export function tellDecision(decided: Decided, considered: readonly ConsideredAgent[]): NewEvent {
  const listed = considered.slice(0, mostListed).map((agent) => ({ ...agent, name: agent.name.slice(0, longestName) }))
  const more = considered.length - listed.length
  return { type: 'routing.decided', data: { ...decided, considered: listed, ...(more > 0 ? { more } : {}) } }
}
