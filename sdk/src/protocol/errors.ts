/**
 * One list of error codes for refusals on the wire, REST bodies and the SDK.
 * `status` is the HTTP status; `retryable`: the same call may succeed later, unchanged.
 */
export const errorCodes = {
  // identity
  unauthenticated: { status: 401, retryable: false },
  wrong_credentials: { status: 401, retryable: false },
  token_expired: { status: 401, retryable: true },
  token_invalid: { status: 401, retryable: false },
  session_revoked: { status: 401, retryable: false },
  identity_invalid: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  origin_not_allowed: { status: 403, retryable: false },
  // connection
  connection_failed: { status: 503, retryable: true },
  connection_lost: { status: 503, retryable: true },
  timeout: { status: 504, retryable: true },
  // request
  invalid_argument: { status: 400, retryable: false },
  validation_failed: { status: 422, retryable: false },
  not_found: { status: 404, retryable: false },
  site_unknown: { status: 404, retryable: false },
  conflict: { status: 409, retryable: false },
  already_assigned: { status: 409, retryable: false },
  payload_too_large: { status: 413, retryable: false },
  message_too_long: { status: 413, retryable: false },
  rate_limited: { status: 429, retryable: true },
  thread_full: { status: 507, retryable: true },
  aborted: { status: 499, retryable: false },
  // local and server
  disposed: { status: 410, retryable: false },
  outbox_full: { status: 507, retryable: false },
  service_unavailable: { status: 503, retryable: true },
  internal: { status: 500, retryable: false },
} as const satisfies Record<string, { status: number; retryable: boolean }>

export type ErrorCode = keyof typeof errorCodes

export const isErrorCode = (text: unknown): text is ErrorCode => typeof text === 'string' && Object.hasOwn(errorCodes, text)

export interface FieldError {
  /** Dotted path inside the request body. */
  path: string
  message: string
}

export interface UsherErrorOptions {
  retryAfterMs?: number | undefined
  requestId?: string | undefined
  fields?: readonly FieldError[] | undefined
  cause?: unknown
}

const brand = Symbol.for('usher.error')

/** The one error of Usher: a code for programs, a sentence "unable to …; reason" for people. */
export class UsherError extends Error {
  override readonly name = 'UsherError'
  readonly code: ErrorCode
  /** The same call may succeed later, unchanged. */
  readonly retryable: boolean
  readonly status: number
  /** Wait at least this long before trying again, ms. */
  readonly retryAfterMs: number | undefined
  readonly requestId: string | undefined
  readonly fields: readonly FieldError[] | undefined
  readonly [brand] = true

  constructor(code: ErrorCode, message: string, options: UsherErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = errorCodes[code].retryable
    this.status = errorCodes[code].status
    this.retryAfterMs = options.retryAfterMs
    this.requestId = options.requestId
    this.fields = options.fields
  }
}

/** Brand check, not `instanceof`: it survives two copies of the SDK on one page. */
export function isUsherError<C extends ErrorCode>(error: unknown, code?: C): error is UsherError & { readonly code: C } {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false
  return code === undefined || (error as UsherError).code === code
}

/** The refusal the edge (or JetStream) answers a publish with. [R12] */
export interface Refusal {
  error: { code: number; err_code: string | number; description: string; retryAfterMs?: number }
}

/** The REST error body. [R13] */
export interface ErrorBody {
  error: {
    code: ErrorCode
    message: string
    retryable: boolean
    retryAfterMs?: number
    fields?: readonly FieldError[]
    requestId?: string
  }
}
