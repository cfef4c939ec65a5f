import type { ConsideredAgent } from '@usher-chat/sdk/protocol'

export interface RoutingLine {
  agent: string
  name: string
  chosen: boolean
  /** "chosen, had the fewest open conversations (1 of 4)" */
  text: string
}

/** Who was considered for a conversation and why; the chosen one first, then those who came closest. */
export function describeRouting(considered: readonly ConsideredAgent[]): RoutingLine[] {
  return [...considered]
    .sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome) || a.open - b.open)
    .map(({ agent, name, outcome, open, capacity }) => {
      const load = `${open} of ${capacity} open`
      return { agent, name, chosen: outcome === 'chosen', text: outcomes[outcome](load) }
    })
}

const order: readonly ConsideredAgent['outcome'][] = ['chosen', 'busier', 'full', 'away', 'offline']

const outcomes: Record<ConsideredAgent['outcome'], (load: string) => string> = {
  chosen: (load) => `chosen — least busy, ${load}`,
  busier: (load) => `busier, ${load}`,
  full: (load) => `no room, ${load}`,
  away: () => 'away',
  offline: () => 'offline',
}
