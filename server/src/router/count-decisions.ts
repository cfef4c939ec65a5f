import type { Db } from '../db/connect-db.ts'
import type { Metrics } from '../metrics.ts'
import type { Assignment } from './drain-queue.ts'
import type { Opened } from './open-conversation.ts'

/** How the router tells Prometheus what it did. */
export interface Counts {
  countOpened(opened: Opened): void
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

  const countAssigned = (assigned: readonly Assignment[]): void => {
    for (const { waitedMs } of assigned) {
      decided({ outcome: 'assigned' })
      waited(waitedMs / 1_000)
    }
  }
  return {
    countAssigned,
    countOpened({ outcome, queued, assigned }) {
      if (outcome === 'opened') decided({ outcome: 'opened' })
      if (outcome === 'site_unknown') decided({ outcome: 'site_unknown' })
      if (queued) decided({ outcome: 'queued' })
      countAssigned(assigned)
    },
    countGivenBack(conversations) {
      if (conversations > 0) decided({ outcome: 'given_back' }, conversations)
    },
    async observe() {
      const [row] = await db.query<{ queued: number; pending: number }>(
        `select (select count(*) from conversations where status = 'queued') as queued, (select count(*) from outbox) as pending`,
      )
      lengths = row ?? lengths
    },
  }
}
