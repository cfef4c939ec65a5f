import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { WidgetSettings } from '../src/ui/embedding.ts'

export interface SiteFiles {
  /** The built loader, with the settings' name still in it. */
  loader: string
  /** The module the loader fetches. */
  app: string
  /** Of the page, after the tag. */
  body?: string
  /** In front of the tag. */
  head?: string
  /** Reading direction of the page; default `ltr`. */
  dir?: string
  /** Answers everything else; by default the server is away. */
  other?: (request: IncomingMessage, response: ServerResponse) => void
}

export interface TestSite extends AsyncDisposable {
  url: string
  /** Paths asked for, in order. */
  asked: string[]
  /** Bytes of the loader on the wire. */
  loaderBytes: number
  settings: WidgetSettings
  /** From now on the app cannot be fetched, or can again. */
  breakApp(broken: boolean): void
}

/** Only scripts, style sheets and connections of the site itself; nothing inline. */
const strictPolicy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

const pageCss = 'div, button, span { padding: 40px !important; color: lime !important; position: relative } body { min-height: 200vh }'

/** A strict page that carries the tag, and Usher's files. `?plain` leaves the tag out. */
export async function serveSite({ loader, app, body = '', head = '', dir = 'ltr', other }: SiteFiles): Promise<TestSite> {
  const asked: string[] = []
  let broken = false
  const settings: WidgetSettings = {
    siteKey: 'testtesttesttesttest',
    baseUrl: '',
    app: '/w/assets/visitor.js',
    site: { name: 'Test', theme: { color: '#4f46e5', position: 'right' }, texts: { title: 'Test site', launcher: 'Chat with us' } },
  }
  const script = gzipSync(
    loader.replace('__USHER_SETTINGS__', () => JSON.stringify(settings)),
    { level: 9 },
  )
  const page = (plain: boolean) =>
    `<!doctype html><html lang="en" dir="${dir}"><head><meta charset="utf-8"><title>Test</title><link rel="stylesheet" href="/page.css">${plain ? '' : `${head}<script async src="/w/test.js"></script>`}</head><body><main><h1>Page</h1><input id="field"><button id="button">Button</button>${body}</main></body></html>`
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://site')
    asked.push(pathname)
    const send = (type: string, content: string | Uint8Array, headers = {}) =>
      response.writeHead(200, { 'content-type': type, ...headers }).end(content)
    if (pathname === '/') send('text/html', page(search === '?plain'), { 'content-security-policy': strictPolicy })
    else if (pathname === '/page.css') send('text/css', pageCss)
    else if (pathname === '/w/test.js') send('text/javascript; charset=utf-8', script, { 'content-encoding': 'gzip' })
    else if (pathname === settings.app && !broken) send('text/javascript; charset=utf-8', app)
    else if (pathname.endsWith('.test.js')) send('text/javascript', scripts[pathname] ?? '')
    else if (other) other(request, response)
    else response.writeHead(503, { 'content-type': 'application/json' }).end(away)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    loaderBytes: script.length,
    settings,
    breakApp(value) {
      broken = value
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const away = JSON.stringify({ error: { code: 'service_unavailable', message: 'unable to answer; having a break', retryable: true } })

/** Scripts of the page, as files, because its policy forbids inline ones. */
const scripts: Record<string, string> = {
  '/stub.test.js': `window.Usher=window.Usher||function(){(Usher.q=Usher.q||[]).push(arguments)};
    window.heard=[]; Usher('on','open',function(){heard.push('open')}); Usher('on','close',function(){heard.push('close')}); Usher('open')`,
  '/shortcuts.test.js': `window.keys=[]; document.addEventListener('keydown',function(e){keys.push(e.key)})`,
}
