import type { Policy } from './policy.ts'
import type { SubscribeRefusal } from './refusals.ts'

/** Subscription ids are the client's own; these are what NATS clients make. */
export const isSid = (sid: string): boolean => /^[A-Za-z0-9]{1,20}$/.test(sid)

/** Why a SUB is refused; undefined when it may pass. `held`: subscriptions the socket has. */
export function checkSubscribe(policy: Policy, subject: string, queue: string | undefined, held: number): SubscribeRefusal | undefined {
  // In a queue group one member takes a message away from the others: another tab, another agent.
  if (queue !== undefined) return 'queue_group'
  if (!policy.maySubscribe(subject)) return 'subscription'
  return held >= policy.maxSubscriptions ? 'subscription_count' : undefined
}

/** The id of a subscription that receives `subject`, to answer on. */
export function sidFor(subscriptions: ReadonlyMap<string, string>, subject: string): string | undefined {
  const tokens = subject.split('.')
  for (const [sid, pattern] of subscriptions) {
    if (receives(pattern.split('.'), tokens)) return sid
  }
  return undefined
}

function receives(pattern: readonly string[], tokens: readonly string[]): boolean {
  for (const [at, allowed] of pattern.entries()) {
    if (allowed === '>') return tokens.length > at
    if (allowed !== '*' && allowed !== tokens[at]) return false
  }
  return tokens.length === pattern.length
}
