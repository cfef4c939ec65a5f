/** The address of a page a visitor says they are on, fit to be a link: http and https only; undefined for anything else. */
export function safeLink(url: string): { href: string; label: string } | undefined {
  try {
    const { protocol, href, host, pathname, username } = new URL(url)
    if ((protocol !== 'https:' && protocol !== 'http:') || username !== '') return undefined
    return { href, label: `${host}${pathname === '/' ? '' : pathname}` }
  } catch {
    return undefined
  }
}
