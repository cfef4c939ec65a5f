import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Db } from './connect-db.ts'
import { countPartitionsAhead, ensurePartitions } from './partitions.ts'
import { prune } from './prune.ts'

const hour = 60 * 60_000

/** Fewer months ahead than this is an alarm. */
export const fewestPartitionsAhead = 2

export interface PartitionJobOptions {
  db: Db
  log: Log
  metrics: Metrics
  clock?: () => Date
  /** Time between two runs, ms. */
  everyMs?: number
  /** Time until the next try after a run that failed, ms. */
  retryMs?: number
}

export interface PartitionJob {
  /** Months after the current one that have their partition; undefined before the first run. */
  ahead(): number | undefined
  /** Ends the job; a run under way is finished. */
  stop(): Promise<void>
}

/**
 * Keeps partitions made ahead and prunes what has outlived its use: at once, then hourly. Gauge `usher_partitions_ahead`
 * (-1 before the first run); below two it is an error in the log, and readiness should tell.
 */
export function startPartitionJob(options: PartitionJobOptions): PartitionJob {
  const { db, log, metrics, clock = () => new Date(), everyMs = hour, retryMs = 60_000 } = options
  let ahead: number | undefined
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  metrics.gauge('usher_partitions_ahead', 'Months after the current one that have their partition of messages', () => ahead ?? -1)

  const upkeep = async (): Promise<void> => {
    const made = await ensurePartitions(db, clock()).catch((error: unknown) => {
      log.error({ reason: reasonOf(error) }, 'unable to make partitions of messages')
      return []
    })
    if (made.length > 0) log.info({ made }, 'partitions made')
    ahead = await countPartitionsAhead(db, clock())
    if (ahead < fewestPartitionsAhead) log.error({ ahead }, 'too few partitions of messages are made ahead')
    const pruned = await prune(db, clock())
    log.debug(pruned, 'old message ids and sessions pruned')
  }
  const run = async (): Promise<void> => {
    const done = await upkeep().then(
      () => true,
      (error: unknown) => {
        log.warn({ reason: reasonOf(error) }, 'unable to look after the partitions; trying again soon')
        return false
      },
    )
    if (stopped) return
    const late = !done || (ahead ?? 0) < fewestPartitionsAhead
    timer = setTimeout(() => (running = run()), late ? retryMs : everyMs)
    timer.unref()
  }
  let running = run()

  return {
    ahead: () => ahead,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
