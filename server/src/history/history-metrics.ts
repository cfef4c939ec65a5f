import type { Bus } from '../bus/bus.ts'
import type { Metrics } from '../metrics.ts'
import type { Written } from './write-batch.ts'

const pendingEveryMs = 5_000

/** Counts what history writes, how long batches take, and how far it is behind. */
export function historyMetrics({ bus, durable, metrics }: { bus: Pick<Bus, 'consumerInfo'>; durable: string; metrics: Metrics }) {
  const rows = metrics.counter('usher_history_rows_total', 'Messages written, new or delivered before', ['outcome'])
  const letters = metrics.counter('usher_dead_letters_total', 'Messages that could not be stored in their thread')
  const seconds = metrics.histogram(
    'usher_history_batch_seconds',
    'From a batch being at hand to its COMMIT',
    [0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 30],
  )
  let pending = 0
  metrics.gauge('usher_history_pending', 'Messages of the stream that history has not written', () => pending)

  const poll = async (): Promise<void> => {
    const info = await bus.consumerInfo(durable)
    pending = info.pending + info.unacked
  }
  // While the broker is away the last number stands.
  const timer = setInterval(() => void poll().catch(() => {}), pendingEveryMs)
  timer.unref()

  return {
    /** Starts a clock that tells seconds. */
    start(): () => number {
      const from = performance.now()
      return () => (performance.now() - from) / 1_000
    },
    written(written: Written, took: number): void {
      rows({ outcome: 'stored' }, written.stored)
      rows({ outcome: 'duplicate' }, written.saved.length - written.stored)
      letters({}, written.letters.length)
      seconds(took)
    },
    stop: () => clearInterval(timer),
  }
}
