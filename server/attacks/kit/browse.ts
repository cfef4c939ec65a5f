import type { BrowserContext, Page } from 'playwright-core'
import type { Ground } from './ground.ts'
import type { AgentLogin } from './people.ts'

export interface WatchedPage extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  /** What went wrong so far: scripts of strangers, dialogs, errors, refusals of a policy, elements that nobody drew, calls to elsewhere. */
  troubles(): Promise<string[]>
}

export interface BrowseOptions {
  /** Logged in as this agent. */
  as?: AgentLogin
  /** Without the page's own policy, so that nothing but the drawing stands between a text and a script. */
  bypassCSP?: boolean
  /** Runs before every script of the page. */
  before?: string
}

/** A page of a fresh browser profile in which every sign of a script that should not run is noted. */
export async function browse(ground: Ground, { as, bypassCSP = false, before = '' }: BrowseOptions = {}): Promise<WatchedPage> {
  const browser = await ground.browser()
  const context = await browser.newContext({ bypassCSP, viewport: { width: 1280, height: 860 } })
  // Functions handed to the page come through a compiler that marks their names with a helper of this name.
  await context.addInitScript(`globalThis.__name ??= (given) => given;${before}`)
  const page = await context.newPage()
  const noted: string[] = []
  const known = new Set([ground.url, ground.pages.origin, ground.evilPages.origin])
  page.on('dialog', (dialog) => {
    noted.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => noted.push(`error ${error.message}`))
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted(HTML|Script)|Refused to/.test(message.text())) noted.push(message.text())
  })
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && !known.has(origin)) noted.push(`called ${request.url()}`)
  })
  if (as !== undefined) await logInBy(page, ground.url, as)
  return {
    page,
    context,
    troubles: async () => [...noted, ...(await page.evaluate(findStrangers))],
    [Symbol.asyncDispose]: () => context.close(),
  }
}

/** A cookie named `__Host-` cannot be put into the browser, only be given by the server. */
async function logInBy(page: Page, url: string, { email, password }: AgentLogin): Promise<void> {
  await page.goto(`${url}/console`)
  await page.evaluate(
    (body) => fetch('/v1/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }),
    JSON.stringify({ email, password }),
  )
  await page.goto('about:blank')
}

/** Runs in the page: the mark of a script that ran, and elements that neither the console nor the widget ever draws. */
function findStrangers(): string[] {
  const foreign =
    'script,iframe,object,embed,base,link,meta,style,img,video,audio,math,marquee,template,noscript,foreignObject,animate,use,custom-element'
  const roots = [document.querySelector('#usher'), document.querySelector('usher-widget')?.shadowRoot]
  const found: string[] = '__x' in window ? ['a stranger’s script has run'] : []
  for (const root of roots) {
    for (const element of root?.querySelectorAll('*') ?? []) {
      if (element.matches(foreign)) found.push(`element ${element.localName}`)
      const handler = element.getAttributeNames().find((name) => name.startsWith('on') || name === 'srcdoc' || name === 'action')
      if (handler !== undefined) found.push(`attribute ${handler} of ${element.localName}`)
      const href = element.getAttribute('href')
      if (href !== null && !/^(https?:\/\/|mailto:|#\/|\/)/.test(href)) found.push(`address ${href}`)
    }
  }
  return found
}

export interface LinkSeen {
  text: string
  href: string
  rel: string
}

/** Reads a scrolling list until this text is part of it; the last look counts, however it ends. */
export async function readUntil(watched: WatchedPage, selector: string, last: string): Promise<Awaited<ReturnType<typeof readScrolling>>> {
  await watched.page.locator(selector).waitFor()
  for (const end = performance.now() + 20_000; ; ) {
    const seen = await readScrolling(watched, selector)
    if (seen.text.includes(last) || performance.now() > end) return seen
  }
}

/** All texts and links a scrolling list shows on its whole length, and what is strange on the way. `selector` may reach into the widget. */
export async function readScrolling(
  watched: WatchedPage,
  selector: string,
): Promise<{ text: string; links: LinkSeen[]; troubles: string[] }> {
  const { page } = watched
  const list = page.locator(selector)
  const texts = new Set<string>()
  const links = new Map<string, LinkSeen>()
  const troubles = new Set<string>()
  for (let from = 0; ; ) {
    const seen = await list.evaluate(lookAt, from)
    texts.add(seen.text)
    for (const link of seen.links) links.set(link.href, link)
    for (const trouble of await watched.troubles()) troubles.add(trouble)
    if (seen.next <= from) break
    from = seen.next
  }
  return { text: [...texts].join('\n'), links: [...links.values()], troubles: [...troubles] }
}

/** Runs in the page: scrolls to a place, lets it be drawn, and reads what is there. `next` is where to look next; no further at the end. */
async function lookAt(list: Element, from: number): Promise<{ text: string; links: LinkSeen[]; next: number }> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  let box: Element | null = list
  while (box !== null && box.scrollHeight <= box.clientHeight + 4) box = box.parentElement
  if (box !== null) box.scrollTop = from
  for (let times = 0; times < 2; times++) await frame()
  const links = Array.from(list.querySelectorAll('a'), (link) => ({ text: link.textContent ?? '', href: link.href, rel: link.rel }))
  const next = box === null ? from : Math.min(from + box.clientHeight * 0.9, box.scrollHeight - box.clientHeight)
  return { text: list.textContent ?? '', links, next }
}

/** Opens the chat of the page and waits until it can be written in. */
export async function openChat(page: Page): Promise<void> {
  await page.locator('usher-widget .launcher').click()
  await page.locator('usher-widget textarea').waitFor()
}

/** Writes in the widget, and waits until it is saved. */
export async function writeInChat(page: Page, text: string): Promise<void> {
  await page.locator('usher-widget textarea').fill(text)
  await page.locator('usher-widget textarea').press('Enter')
  await page.locator('usher-widget [data-delivery="saved"]').filter({ hasText: text }).first().waitFor()
}

/** The tag as a website carries it. */
export const tagOf = (ground: Ground, siteKey = ground.site.key): string => `<script async src="${ground.url}/w/${siteKey}.js"></script>`
