import { type ErrorCode, isUsherError } from '@usher-chat/sdk/protocol'

/** The reason of a failure in words an agent can use; never a code. Ends without a full stop. */
export function explainError(error: unknown): string {
  if (!isUsherError(error)) return 'something unexpected went wrong'
  if (error.code === 'rate_limited') return `too many at once, try again ${inSeconds(error.retryAfterMs)}`
  return reasons[error.code] ?? reasonOf(error.message)
}

/** "in 4 seconds", or "in a moment" where the server did not say. */
export function inSeconds(ms: number | undefined): string {
  if (ms === undefined) return 'in a moment'
  const seconds = Math.max(1, Math.ceil(ms / 1_000))
  if (seconds >= 120) return `in ${Math.ceil(seconds / 60)} minutes`
  return seconds === 1 ? 'in a second' : `in ${seconds} seconds`
}

const reasons: Partial<Record<ErrorCode, string>> = {
  unauthenticated: 'your login has ended',
  token_expired: 'your login has ended',
  token_invalid: 'your login has ended',
  session_revoked: 'your login has ended',
  forbidden: 'your role does not allow it',
  connection_failed: 'the server cannot be reached',
  connection_lost: 'the connection was lost',
  timeout: 'the server took too long to answer',
  service_unavailable: 'the server is busy or restarting',
  internal: 'the server ran into a problem',
  not_found: 'it no longer exists',
  already_assigned: 'a colleague was faster',
  message_too_long: 'it is too long',
  payload_too_large: 'it is too long',
  thread_full: 'this conversation received too many messages, try again later',
  outbox_full: 'too many messages are waiting to be sent',
}

/** The part behind "unable to …;". */
function reasonOf(message: string): string {
  const reason = message.slice(message.indexOf(';') + 1).trim()
  return reason === '' ? 'something unexpected went wrong' : reason.replace(/\.$/, '')
}
