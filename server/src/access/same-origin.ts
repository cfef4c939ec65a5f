/** What a browser tells about where a request comes from. Header values as they came. */
export interface RequestSource {
  method: string
  secFetchSite: string | undefined
  origin: string | undefined
  contentType: string | undefined
}

/** Loopback has two names in every browser; a server bound to it answers to both. */
export function ownOriginsOf(url: string): readonly string[] {
  const { protocol, hostname, port, origin } = new URL(url)
  if (hostname !== '127.0.0.1' && hostname !== 'localhost') return [origin]
  const tail = port === '' ? '' : `:${port}`
  return [`${protocol}//127.0.0.1${tail}`, `${protocol}//localhost${tail}`]
}

/**
 * May a request that rides on a cookie change something? Reads always may: no other origin can see the answer.
 * Browsers say where a request comes from, by `Sec-Fetch-Site` or at least by `Origin`; the first that is there must be ours. A request
 * with neither comes from a program, which nobody can trick; as a second lock it must carry JSON, which no cross-site form can send.
 */
export function isSameOrigin({ method, secFetchSite, origin, contentType }: RequestSource, ownOrigins: readonly string[]): boolean {
  if (method === 'GET' || method === 'HEAD') return true
  if (secFetchSite !== undefined) return secFetchSite === 'same-origin'
  if (origin !== undefined) return ownOrigins.includes(origin)
  return contentType !== undefined && /^application\/json\s*(;|$)/i.test(contentType)
}
