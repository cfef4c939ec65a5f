import type { Msg } from 'nats'

/** What the broker says about a pull request instead of sending a message. */
export type PullStatus =
  /** The request lives; there is nothing to deliver. */
  | { type: 'alive' }
  /** The request has ended, and so many of the messages it asked for will not come. */
  | { type: 'ended'; left: number }
  /** The broker takes no requests now. */
  | { type: 'refused' }

/** Reads the status line and headers of a message without a body. */
export function readPullStatus({ headers }: Pick<Msg, 'headers'>): PullStatus {
  const code = headers?.code ?? 0
  const left = Number(headers?.get('Nats-Pending-Messages') || 0)
  if (code === 100) return { type: 'alive' }
  // 408: its time is over; 409: ended early, for one of many reasons, but counted.
  return code === 408 || left > 0 ? { type: 'ended', left } : { type: 'refused' }
}
