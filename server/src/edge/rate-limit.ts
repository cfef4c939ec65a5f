import { type ClientLimits, windowMs } from './limits.ts'

/** What a command costs. */
export type Spending = 'message' | 'pulse' | 'control'

/** The budgets of one person, shared by all their sockets. Times are ms, of any one clock. */
export interface RateLimit {
  /** Pays for a command of so many bytes: 0 when it could, else the time until it can, ms; then nothing is taken. */
  take(spending: Spending, bytes: number, now: number): number
  /** Notes a refusal. False: so many were refused in this window that it is abuse. */
  noteRefusal(now: number): boolean
  /** Notes a frame that came in, whatever it holds. False: it is abuse. */
  noteFrame(now: number): boolean
  /** Are all budgets whole again, so that nothing is lost by forgetting this object? */
  isFull(now: number): boolean
}

interface Bucket {
  readonly size: number
  tokens: number
  /** When `tokens` was right, ms. */
  at: number
}

/** Token buckets by messages, pulses, control commands and bytes. Each holds one window's budget and fills in one window. */
export function createRateLimit(limits: ClientLimits, now: number): RateLimit {
  const bucket = (size: number): Bucket => ({ size, tokens: size, at: now })
  const counts = { message: bucket(limits.messages), pulse: bucket(limits.pulses), control: bucket(limits.controls) }
  const bytes = bucket(limits.bytes)
  const refusals = bucket(limits.refusals)
  const frames = bucket(limits.frames)
  const all = [...Object.values(counts), bytes, refusals, frames]
  return {
    take(spending, size, at) {
      const count = counts[spending]
      const wait = Math.max(waitFor(count, 1, at), waitFor(bytes, size, at))
      if (wait > 0) return wait
      count.tokens -= 1
      bytes.tokens -= size
      return 0
    },
    noteRefusal: (at) => take(refusals, at),
    noteFrame: (at) => take(frames, at),
    isFull: (at) => all.every((one) => filled(one, at).tokens >= one.size),
  }
}

/** How long until the bucket holds `amount`, ms; at most until it is full. */
function waitFor(bucket: Bucket, amount: number, now: number): number {
  const missing = Math.min(amount, bucket.size) - filled(bucket, now).tokens
  return missing <= 0 ? 0 : Math.ceil((missing * windowMs) / bucket.size)
}

function take(bucket: Bucket, now: number): boolean {
  if (filled(bucket, now).tokens < 1) return false
  bucket.tokens -= 1
  return true
}

function filled(bucket: Bucket, now: number): Bucket {
  // A clock that was set back must not empty a bucket.
  const passed = Math.max(0, now - bucket.at)
  bucket.tokens = Math.min(bucket.size, bucket.tokens + (passed * bucket.size) / windowMs)
  bucket.at = now
  return bucket
}
