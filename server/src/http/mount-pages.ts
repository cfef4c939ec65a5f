import type { Hono } from 'hono'
import { consolePage, consolePolicy, iconSvg } from './console-page.ts'
import { docsPage, docsPolicy } from './docs-page.ts'
import { docsStyle } from './docs-style.ts'
import type { HttpContext, HttpEnv } from './http-context.ts'
import type { HttpDeps } from './http-deps.ts'
import type { OpenApiDocument } from './openapi.ts'
import { forever, type StaticFile, sendFile, staticFile } from './static-file.ts'

/** Asked for again at every load, and answered with 304 while it is the same. */
const checked = 'no-cache'

export interface PagesOptions extends Pick<HttpDeps, 'config' | 'widget' | 'demo'> {
  document: OpenApiDocument
}

/** What people and browsers read: the document, the docs, the console, the built files and the demo. */
export function mountPages(app: Hono<HttpEnv>, { config, widget, demo, document }: PagesOptions): void {
  const openApi = staticFile(JSON.stringify(document), '.json')
  const docs = staticFile(docsPage(document), '.html')
  const style = staticFile(docsStyle, '.css')
  const icon = staticFile(iconSvg, '.svg')
  const consoleHtml = staticFile(consolePage(widget), '.html')

  app.get('/', (c) => c.redirect('/console'))
  app.get('/openapi.json', (c) => {
    // For tools of other origins; it holds nothing that is not public.
    c.header('Access-Control-Allow-Origin', '*')
    return sendFile(c, openApi, checked)
  })
  app.get('/docs', (c) => sendPage(c, docs, docsPolicy))
  app.get('/docs/style.css', (c) => sendFile(c, style, checked))
  app.get('/w/assets/:name', (c) => {
    // A module of another origin is only run when its server says so. Built files hold no secrets.
    c.header('Access-Control-Allow-Origin', '*')
    c.header('Cross-Origin-Resource-Policy', 'cross-origin')
    c.header('Timing-Allow-Origin', '*')
    return sendBuilt(c, widget.visitorFile(c.req.param('name')))
  })
  app.get('/console/icon.svg', (c) => sendFile(c, icon, 'public, max-age=86400'))
  app.get('/console/assets/:name', (c) => sendBuilt(c, widget.consoleFile(c.req.param('name'))))
  app.get('/console', (c) => sendPage(c, consoleHtml, consolePolicy(config.url)))
  if (demo) app.route('/demo', demo)
}

const sendBuilt = (c: HttpContext, file: StaticFile | undefined): Response | Promise<Response> =>
  file ? sendFile(c, file, forever) : c.notFound()

function sendPage(c: HttpContext, page: StaticFile, policy: string): Response {
  c.header('Content-Security-Policy', policy)
  c.header('X-Frame-Options', 'DENY')
  c.header('Cross-Origin-Opener-Policy', 'same-origin')
  return sendFile(c, page, checked)
}
