import type { Bus } from '../bus/bus.ts'
import type { Db } from '../db/connect-db.ts'
import { releaseGoneAgents } from '../db/conversations/release-gone-agents.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { startLoop } from '../start-loop.ts'
import { countDecisions } from './count-decisions.ts'
import { drainSites } from './drain-sites.ts'
import type { Thread } from './group-by-thread.ts'
import { handleBatch } from './handle-batch.ts'
import { type Opened, openConversations, overlookedThreads } from './open-conversations.ts'
import type { Moment } from './read-candidates.ts'
import { readUnrouted } from './read-uncounted.ts'
import { createRelay } from './relay-outbox.ts'
import { createSweep } from './sweep-unrouted.ts'

/** What the router needs. Times in ms. */
export interface RouterOptions {
  bus: Bus
  db: Db
  /** The life of the stream; undefined while it is not settled. */
  epoch: () => number | undefined
  log: Log
  metrics: Metrics
  clock?: () => Date
  /** Silence of an agent's heartbeats after which their conversations go back to the queue. */
  agentGoneMs: number
  /** Longest time until a change on another server is noticed; on this one `wake` tells. */
  everyMs?: number
}

export interface Router {
  /** Something has changed in Postgres: an agent can take more, a conversation was given back, an event waits. */
  wake(): void
  /** Ends it; a decision under way is finished. What is not done comes again. */
  stop(): Promise<void>
}

/**
 * Opens conversations for what visitors write, gives them to agents or queues them, drains the queue whenever an agent can take
 * one, gives back what gone agents had, and publishes the events of all changes. Any number of servers may run it.
 */
export function startRouter(options: RouterOptions): Router {
  const { bus, db, epoch, log, metrics, clock = () => new Date(), agentGoneMs: goneMs, everyMs = 1_000 } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const { countOpened, countAssigned, countGivenBack, observe } = countDecisions(db, metrics)
  const relay = createRelay({ db, bus, log })
  const onOpened = (opened: Opened<unknown>): void => {
    countOpened(opened)
    relaying.wake()
  }
  const openThread = async (thread: Thread, moment: Moment): Promise<void> =>
    onOpened(await openConversations(db, thread.site, [{ ...thread, messages: [] }], moment))
  const sweep = createSweep({
    epoch,
    read: (after) => readUnrouted(db, after),
    open: (thread) => openThread(thread, { now: clock(), goneMs }),
  })
  const decide = async (): Promise<void> => {
    const moment = { now: clock(), goneMs }
    countGivenBack((await releaseGoneAgents(db, moment)).conversations)
    countAssigned(await drainSites(db, moment))
    for (const thread of await overlookedThreads(db)) await openThread(thread, moment)
    await sweep()
    relaying.wake()
  }
  const relaying = startLoop({ name: 'publish events', everyMs: everyMs / 4, work: relay.publishNew, log })
  const repeating = startLoop({ name: 'publish events again', everyMs: 2 * everyMs, work: relay.publishAgain, log })
  const deciding = startLoop({ name: 'drain the queue', everyMs, work: decide, log })
  const observing = startLoop({ name: 'measure the queue', everyMs: 5 * everyMs, work: observe, log })
  const consumption = bus.consume('router', {
    maxBatch: 500,
    maxWaitMs: 20,
    onBatch: (batch) =>
      handleBatch({ db, log, clock, goneMs, epoch, signal, onOpened }, batch).catch((error: unknown) => {
        if (!signal.aborted) throw error
      }),
  })
  return {
    wake() {
      deciding.wake()
      relaying.wake()
    },
    async stop() {
      stopping.abort()
      await consumption.stop()
      await Promise.all([deciding, relaying, repeating, observing].map((loop) => loop.stop()))
    },
  }
}
