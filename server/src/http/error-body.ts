import { type ErrorBody, errorCodes, isUsherError, UsherError } from '@usher-chat/sdk/protocol'
import { postgresFailure } from '../db/postgres-failure.ts'
import type { Log } from '../log.ts'
import type { HttpContext } from './http-context.ts'

/** Answers an error in the one shape all routes share. What is not ours is logged whole and told as `internal`. */
export function answerError(c: HttpContext, thrown: unknown, log: Log): Response {
  const requestId = c.get('requestId')
  const error = asUsherError(thrown)
  if (error.status >= 500) log.error({ requestId, path: c.req.path, code: error.code, reason: describe(thrown) }, 'a request failed')
  else if (error.cause !== undefined) log.info({ requestId, code: error.code, reason: describe(error.cause) }, 'a request was refused')
  if (error.retryAfterMs !== undefined) c.header('Retry-After', String(Math.ceil(error.retryAfterMs / 1000)))
  const { code, message, retryable, retryAfterMs, fields } = error
  const body: ErrorBody = {
    error: { code, message, retryable, ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...(fields ? { fields } : {}), requestId },
  }
  c.header('Cache-Control', 'no-store')
  const { status } = errorCodes[code]
  // 499 is the client's own word for a call it gave up; no server sends it.
  return c.json(body, status === 499 ? 400 : status)
}

/** The error to tell: ours as it is, a Postgres that is away as such, everything else without a word of its own. */
export function asUsherError(thrown: unknown): UsherError {
  if (isUsherError(thrown)) return thrown
  if (isDatabaseAway(thrown)) {
    return new UsherError('service_unavailable', 'unable to answer; the database is away, try again in a few seconds', {
      retryAfterMs: 2_000,
      cause: thrown,
    })
  }
  return new UsherError('internal', 'unable to answer; something went wrong on the server', { cause: thrown })
}

/** A statement or a lock that ran out of time, a connection cut while it idled in a transaction: busy, not broken. */
const busyStates = new Set(['57014', '55P03', '25P03'])

/** Did this fail because Postgres cannot be reached or does not answer in time? Looks at the causes as well. */
export function isDatabaseAway(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  // Drizzle wraps what Postgres said in a message that holds the query, whose words mean nothing here.
  const isWrapper = thrown.cause instanceof Error
  if (!isWrapper && postgresFailure(thrown) === 'away') return true
  if ('code' in thrown && busyStates.has(String(thrown.code))) return true
  const inner = thrown instanceof AggregateError ? thrown.errors : [thrown.cause]
  return inner.some((error) => isDatabaseAway(error))
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const cause = thrown.cause === undefined ? '' : `\ncause: ${describe(thrown.cause)}`
  return `${thrown.stack ?? thrown.message}${cause}`
}
