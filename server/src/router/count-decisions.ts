import type { Db } from '../db/connect-db.ts'
import type { Metrics } from '../metrics.ts'
import type { Assignment } from './drain-queue.ts'
import type { Opened } from './open-conversations.ts'

/** How the router tells Prometheus what it did. */
export interface Counts {
  countOpened(opened: Opened<unknown>): void
  countAssigned(assigned: readonly Assignment[]): void
  countGivenBack(conversations: number): void
  /** Looks how long the queues are. */
  observe(): Promise<void>
}

export function countDecisions(db: Db, metrics: Metrics): Counts {
  let lengths = { queued: 0, pending: 0 }
  metrics.gauge('usher_queue_length', 'Conversations that wait for an agent', () => lengths.queued)
  metrics.gauge('usher_outbox_pending', 'Events that history has not stored yet', () => lengths.pending)
  const decided = metrics.counter('usher_router_decisions_total', 'Decisions of the router', ['outcome'])
  const waited = metrics.histogram(
    'usher_router_wait_seconds',
    'From a conversation being queued to its agent',
    [0.1, 0.5, 1, 5, 15, 60, 300, 1_800],
  )

  const count = (outcome: string, conversations: number): void => {
    if (conversations > 0) decided({ outcome }, conversations)
  }
  const countAssigned = (assigned: readonly Assignment[]): void => {
    count('assigned', assigned.length)
    for (const { waitedMs } of assigned) waited(waitedMs / 1_000)
  }
  return {
    countAssigned,
    countOpened({ opened, queued, assigned }) {
      count('opened', opened)
      count('queued', queued)
      countAssigned(assigned)
    },
    countGivenBack: (conversations) => count('given_back', conversations),
    async observe() {
      const [row] = await db.query<{ queued: number; pending: number }>(
        `select (select count(*) from conversations where status = 'queued') as queued, (select count(*) from outbox) as pending`,
      )
      lengths = row ?? lengths
    },
  }
}
