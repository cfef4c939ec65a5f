import type { ErrorBody } from './protocol/errors.ts'
import { type ErrorCode, isErrorCode, UsherError } from './protocol/errors.ts'

export interface RestRequest {
  query?: Readonly<Record<string, string | number | undefined>>
  body?: unknown
}

/** One call of the HTTP interface. Rejects with an UsherError, whatever went wrong. */
export type Rest = <T>(method: string, path: string, request?: RestRequest) => Promise<T>

export interface RestOptions {
  /** Origin, no trailing slash. */
  baseUrl: string
  fetch: typeof fetch | undefined
  /** Of each request, e.g. the authorisation. */
  headers(): Record<string, string>
  credentials: RequestCredentials
  /** Sees each answer, e.g. to keep a cookie. */
  onResponse?: (response: Response) => void
}

const timeoutMs = 15_000

export function createRest(options: RestOptions): Rest {
  return async <T>(method: string, path: string, { query = {}, body }: RestRequest = {}): Promise<T> => {
    const call = options.fetch ?? globalThis.fetch
    const headers = options.headers()
    const init: RequestInit = { method, headers, credentials: options.credentials, signal: AbortSignal.timeout(timeoutMs) }
    if (body !== undefined) {
      headers['content-type'] = 'application/json'
      init.body = JSON.stringify(body)
    }
    const response = await call(options.baseUrl + path + search(query), init).catch((cause: unknown) => {
      throw new UsherError('connection_failed', 'unable to reach the server; check the network', { cause })
    })
    options.onResponse?.(response)
    const json = await readJson(response)
    if (!response.ok) throw toError(response.status, json)
    if (json === cutOff) throw new UsherError('connection_failed', 'unable to read the answer of the server; it was cut off')
    // The server's answers are described by the protocol's REST shapes; checking them again would cost more bytes than it protects.
    return json as T
  }
}

function search(query: NonNullable<RestRequest['query']>): string {
  const given = Object.entries(query).filter((pair): pair is [string, string | number] => pair[1] !== undefined)
  return given.length === 0 ? '' : `?${given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`
}

const cutOff = Symbol('cut off')

async function readJson(response: Response): Promise<unknown> {
  try {
    const text = await response.text()
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return cutOff
  }
}

function toError(status: number, json: unknown): UsherError {
  const { error } = typeof json === 'object' && json !== null ? (json as Partial<ErrorBody>) : {}
  if (error && isErrorCode(error.code)) return new UsherError(error.code, error.message, error)
  return new UsherError(codeOf(status), `unable to do this; the server answered ${status}`)
}

/** For answers that are not Usher's: of a proxy in between. */
function codeOf(status: number): ErrorCode {
  if (status === 401) return 'unauthenticated'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not_found'
  if (status === 429) return 'rate_limited'
  return status >= 500 ? 'service_unavailable' : 'internal'
}
