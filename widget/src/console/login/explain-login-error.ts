import { isUsherError } from '@usher-chat/sdk/protocol'
import { explainError } from '../state/explain-error.ts'

export interface LoginError {
  /** `untilMs`: when the next try is allowed, ms since 1970. */
  text: string
  untilMs?: number
  /** Which field to look at again. */
  field?: 'email' | 'password'
}

/** What to tell somebody whose login failed. */
export function explainLoginError(error: unknown, now: number): LoginError {
  if (isUsherError(error, 'wrong_credentials')) {
    return { text: 'That e-mail and password don’t match. Check both and try again.', field: 'password' }
  }
  if (isUsherError(error, 'rate_limited')) {
    return { text: 'Too many tries.', untilMs: now + (error.retryAfterMs ?? 30_000) }
  }
  if (isUsherError(error, 'validation_failed')) return { text: 'That doesn’t look like an e-mail address.', field: 'email' }
  if (isUsherError(error) && error.retryable) {
    return { text: `Usher can’t log you in right now: ${explainError(error)}. Your details are fine, try again in a moment.` }
  }
  return { text: `Usher couldn’t log you in: ${explainError(error)}.` }
}
