/** The cookie of an agent's login where no browser keeps it. */
export interface CookieJar {
  headers(): Record<string, string>
  take(response: Response): void
}

/** Keeps the `name=value` of what the server sets, and drops what it takes back. */
export function createCookieJar(): CookieJar {
  const cookies = new Map<string, string>()
  return {
    headers(): Record<string, string> {
      return cookies.size === 0 ? {} : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
    },
    take(response) {
      for (const line of response.headers.getSetCookie()) {
        const [pair = '', ...attributes] = line.split(';')
        const [name = '', value = ''] = pair.split('=')
        const isGone = value === '' || attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute))
        if (isGone) cookies.delete(name.trim())
        else cookies.set(name.trim(), value.trim())
      }
    },
  }
}
