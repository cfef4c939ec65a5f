import type { OutboxRow } from './outbox-rows.ts'

export interface PublishOptions {
  publish: (row: OutboxRow) => Promise<void>
  /** Whether an error is about this one thread, not about the broker. */
  isRefusal: (error: unknown) => boolean
  /** The time is up: nothing more is begun. */
  isOver: () => boolean
}

export interface PublishResult {
  published: OutboxRow[]
  /** The first row of each thread that was refused. */
  refused: OutboxRow[]
  /** Why the broker cannot work now. */
  failure: unknown
}

/** Threads that publish at the same time. */
const threadsAtOnce = 64

/**
 * Publishes rows: those of one thread one after the other, threads side by side. After a row that failed, the later ones of its
 * thread are left for another time; a failure of the broker ends all threads.
 */
export async function publishInOrder(rows: readonly OutboxRow[], { publish, isRefusal, isOver }: PublishOptions): Promise<PublishResult> {
  const result: PublishResult = { published: [], refused: [], failure: undefined }
  const publishThread = async (thread: readonly OutboxRow[]): Promise<void> => {
    for (const row of thread) {
      if (isOver() || result.failure !== undefined) return
      try {
        await publish(row)
        result.published.push(row)
      } catch (error) {
        if (isRefusal(error)) result.refused.push(row)
        else result.failure = error
        return
      }
    }
  }
  const waiting = byThread(rows)
  const worker = async (): Promise<void> => {
    for (let thread = waiting.shift(); thread !== undefined; thread = waiting.shift()) await publishThread(thread)
  }
  await Promise.all(Array.from({ length: threadsAtOnce }, worker))
  return result
}

function byThread(rows: readonly OutboxRow[]): OutboxRow[][] {
  const threads = new Map<string, OutboxRow[]>()
  for (const row of rows) {
    const key = `${row.site}.${row.visitor}`
    const thread = threads.get(key)
    if (thread === undefined) threads.set(key, [row])
    else thread.push(row)
  }
  return [...threads.values()]
}
