import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

type Labels = Record<string, string>

/** Prometheus metrics of one server; stations make theirs at start. Labels carry kinds, never ids. */
export interface Metrics {
  /** Returns the function that counts one more. */
  counter(name: string, help: string, labels?: readonly string[]): (labels?: Labels, by?: number) => void
  /** `read` is called at every scrape. */
  gauge(name: string, help: string, read: () => number): void
  /** Returns the function that observes a duration in seconds (or a size). */
  histogram(name: string, help: string, buckets: number[], labels?: readonly string[]): (value: number, labels?: Labels) => void
  /** The text a Prometheus server scrapes. */
  text(): Promise<string>
  readonly contentType: string
}

export function createMetrics(options: { process?: boolean } = {}): Metrics {
  const registry = new Registry()
  const registers = [registry]
  if (options.process) collectDefaultMetrics({ register: registry })
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    counter(name, help, labelNames = []) {
      const counter = new Counter({ name, help, labelNames: [...labelNames], registers })
      return (labels = {}, by = 1) => counter.inc(labels, by)
    },
    gauge(name, help, read) {
      const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(read()) })
    },
    histogram(name, help, buckets, labelNames = []) {
      const histogram = new Histogram({ name, help, buckets, labelNames: [...labelNames], registers })
      return (value, labels = {}) => histogram.observe(labels, value)
    },
  }
}
