/** What the server answered. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; undefined for anything else. */
  readonly json: unknown
  /** Until the whole body was there, ms. */
  readonly ms: number
}

export interface Question {
  /** The value of the cookie `__Host-usher`. */
  cookie?: string
  /** A visitor's token. */
  token?: string
  /** Sent as JSON; text is sent as it is. */
  body?: unknown
  headers?: Record<string, string>
}

export type Ask = (method: string, path: string, question?: Question) => Promise<Answer>

/** Asks over HTTP as a program would; `seen` hears every answer. */
export function createAsk(url: string, seen: (path: string, answer: Answer) => void): Ask {
  return async (method, path, { cookie, token, body, headers = {} } = {}) => {
    const since = performance.now()
    const response = await fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(cookie === undefined ? {} : { Cookie: `__Host-usher=${cookie}` }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const answer = { status: response.status, headers: response.headers, text, json: parsed(text), ms: performance.now() - since }
    seen(path, answer)
    return answer
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The body without what differs from call to call. */
export const sameness = ({ status, text }: Answer): string => `${status} ${text.replace(/"requestId":"[^"]*"/, '')}`

/** Status and code in short, e.g. `404 not_found`. */
export function inShort({ status, text }: Answer): string {
  const code = /"code":"(\w+)"/.exec(text)?.[1]
  return code === undefined ? `${status}` : `${status} ${code}`
}
