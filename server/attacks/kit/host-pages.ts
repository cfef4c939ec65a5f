import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Pages of somebody else's website, on an origin of its own. */
export interface HostPages extends AsyncDisposable {
  /** Scheme, host and port. */
  readonly origin: string
  /** From now on this path answers with that page. Gives its address. */
  put(path: string, html: string, headers?: Record<string, string>): string
}

export async function serveHostPages(): Promise<HostPages> {
  const pages = new Map<string, { html: string; headers: Record<string, string> }>()
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host')
    const page = pages.get(pathname)
    const type = pathname.endsWith('.js') ? 'text/javascript' : pathname.endsWith('.css') ? 'text/css' : 'text/html; charset=utf-8'
    if (page === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'Content-Type': type, ...page.headers }).end(page.html)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    put(path, html, headers = {}) {
      pages.set(path, { html, headers })
      return `${origin}${path}`
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
