import type { HttpContext } from '../http-context.ts'
import type { HttpDeps } from '../http-deps.ts'
import { defineRoute } from '../route.ts'
import { siteTexts } from '../site-texts.ts'
import { sendFile } from '../static-file.ts'

// Five minutes: a change of settings is soon everywhere; stale for a day: no page ever waits for us.
const cache = 'public, max-age=300, stale-while-revalidate=86400'

export const readLoader = (deps: HttpDeps) =>
  defineRoute({
    method: 'get',
    path: '/w/{siteKey}.js',
    id: 'readLoader',
    tag: 'Embedding',
    summary: 'The script of the tag',
    description:
      'The loader with the settings of the site in it: the one request a page pays. An unknown key answers 404 with a script whose only sentence says so.',
    who: 'anyone',
    content: 'text/javascript',
    async handle({ c }) {
      c.header('Cross-Origin-Resource-Policy', 'cross-origin')
      c.header('Timing-Allow-Origin', '*')
      const key = c.req.param('siteKey')?.replace(/\.js$/, '') ?? ''
      const site = await deps.sites.byKey(key)
      if (!site) return warn(c, 404, 'no site has the key in this script tag. Check its address.')
      const { name, color, position } = site
      const settings = { siteKey: site.key, baseUrl: deps.config.url, site: { name, theme: { color, position }, texts: siteTexts(site) } }
      const file = deps.widget.loader(settings)
      return file ? sendFile(c, file, cache) : warn(c, 503, 'the widget is not built on this server. Run `npm run build` there.')
    },
  })

/** The browser's console names the address that failed; whoever opens it reads what is wrong. It is a script still, so that no proxy that hides the status breaks the page. */
function warn(c: HttpContext, status: 404 | 503, sentence: string): Response {
  c.header('Cache-Control', 'no-store')
  return c.body(`console.warn(${JSON.stringify(`Usher: unable to start the chat; ${sentence}`)})\n`, status, {
    'Content-Type': 'text/javascript; charset=utf-8',
  })
}
