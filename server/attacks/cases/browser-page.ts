import type { Page } from 'playwright-core'
import { type Attack, type Attempt, attempt } from '../attempt.ts'
import { browse, openChat, tagOf, writeInChat } from '../kit/browse.ts'
import type { Ground } from '../kit/ground.ts'
import { meetWriter, say } from '../kit/people.ts'
import { logoutEndsSocket } from './identity.ts'

const policies: Attack = {
  id: 'S4',
  title: 'the policies: what the console may do, and the widget under a page’s strict one',
  async run(ground) {
    const { headers } = await ground.ask('GET', '/console')
    const policy = headers.get('content-security-policy') ?? ''
    const loose = ['unsafe-inline', 'unsafe-eval', 'unsafe-hashes', 'http:', '*'].filter((word) => policy.includes(word))
    const needed = [
      "default-src 'none'",
      "script-src 'self'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "form-action 'self'",
    ]
    const missing = needed.filter((part) => !policy.includes(part))
    return [
      attempt(
        'the console’s policy: nothing inline, no eval, trusted types, no frames',
        loose.length === 0 && missing.length === 0,
        [...loose, ...missing].join(', ') || policy,
      ),
      await consoleUnderPolicy(ground),
      await inlineInConsole(ground),
      await widgetUnderPolicy(ground),
    ]
  },
}

async function consoleUnderPolicy(ground: Ground): Promise<Attempt> {
  const { visitor, conversation } = await meetWriter(ground)
  await using watched = await browse(ground)
  const { page } = watched
  await page.goto(`${ground.url}/console#/all/${conversation}/visitor`)
  await page.getByLabel('E-mail').fill(ground.anna.email)
  await page.getByLabel('Password', { exact: true }).fill(ground.anna.password)
  await page.keyboard.press('Enter')
  const log = page.locator('#usher [role="log"]')
  await log.getByText('hello').waitFor()
  await page.locator('#usher textarea').fill('An answer with a link: https://shop.example/')
  await page.locator('#usher textarea').press('Enter')
  await log.getByText('An answer with a link').waitFor()
  await say(ground, visitor, 'thank you')
  await log.getByText('thank you').waitFor()
  await page.getByRole('button', { name: 'Resolve' }).click()
  await page.getByRole('link', { name: 'Resolved' }).click()
  const troubles = await watched.troubles()
  return attempt('logging in, reading, answering and resolving in the console: no violation', troubles.length === 0, troubles[0] ?? 'none')
}

/** The policy is not only written, it is kept by the browser. */
async function inlineInConsole(ground: Ground): Promise<Attempt> {
  await using watched = await browse(ground)
  await watched.page.goto(`${ground.url}/console`)
  const came = await watched.page.evaluate(async () => {
    const tries: [string, () => unknown][] = [
      ['innerHTML', () => Object.assign(document.createElement('div'), { innerHTML: '<img>' })],
      ['script', () => document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.__x=1' }))],
      ['fetch', () => fetch('https://evil.example/')],
    ]
    const passed: string[] = []
    for (const [name, go] of tries) {
      try {
        await go()
        passed.push(name)
      } catch {
        // Refused, as it should be.
      }
    }
    return passed
  })
  return attempt(
    'innerHTML, inline scripts and calls elsewhere, tried inside the console',
    came.length === 0,
    came.join(', ') || 'all refused',
  )
}

/** Allows Usher's scripts and calls and nothing else: nothing inline, no frames, no trusted-types policy. */
function strictPolicy({ url }: Ground): string {
  const { host } = new URL(url)
  return `default-src 'none'; script-src ${url}; connect-src ${url} ws://${host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'`
}

async function widgetUnderPolicy(ground: Ground): Promise<Attempt> {
  await using watched = await browse(ground)
  const address = ground.pages.put('/strict', `<!doctype html><title>Strict</title><h1>Strict</h1>${tagOf(ground)}`, {
    'Content-Security-Policy': strictPolicy(ground),
  })
  await watched.page.goto(address)
  await openChat(watched.page)
  await writeInChat(watched.page, 'under a strict policy')
  const troubles = await watched.troubles()
  return attempt(
    'the widget on a page that forbids everything inline: it works, no violation',
    troubles.length === 0,
    troubles[0] ?? 'none',
  )
}

/** What the page's storage holds of all kinds, as one text. */
function readStorage(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const rows: unknown[] = [{ ...localStorage }, { ...sessionStorage }]
    for (const { name } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name ?? '')
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
      for (const store of db.objectStoreNames) {
        rows.push(
          await new Promise((resolve) => {
            const request = db.transaction(store).objectStore(store).getAll()
            request.onsuccess = () => resolve(request.result)
          }),
        )
      }
      db.close()
    }
    return JSON.stringify(rows)
  })
}

const sharedBrowser: Attack = {
  id: 'S15',
  title: 'what the next person at the same browser finds after a logout',
  run: async (ground) => [...(await visitorLeaves(ground)), ...(await agentLeaves(ground)), await logoutEndsSocket(ground)],
}

async function visitorLeaves(ground: Ground): Promise<Attempt[]> {
  await using watched = await browse(ground)
  const { page, context } = watched
  await page.goto(`${ground.url}/demo`)
  await page.getByRole('button', { name: 'Sign in as Maya Chen' }).click()
  await page.getByText('Signed in as').waitFor()
  await openChat(page)
  await writeInChat(page, 'the secret of Maya')
  await page.locator('usher-widget textarea').fill('a draft of Maya')
  const token = await page.evaluate((key) => localStorage.getItem(`usher.${key}`) ?? '', ground.site.key)
  const tab = await context.newPage()
  await tab.goto(`${ground.url}/demo`)
  await openChat(tab)
  await tab.locator('usher-widget').getByText('the secret of Maya').waitFor()
  // The open chat lies over the corner of the page with this button.
  await page.locator('usher-widget .launcher').click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in as Maya Chen' }).waitFor()
  await openChat(page)
  const left = () =>
    Promise.all([page, tab].map((one) => one.evaluate(() => document.querySelector('usher-widget')?.shadowRoot?.textContent ?? '')))
  await page.waitForFunction(() => !document.querySelector('usher-widget')?.shadowRoot?.textContent?.includes('the secret'))
  await tab.waitForFunction(() => !document.querySelector('usher-widget')?.shadowRoot?.textContent?.includes('the secret'))
  const shown = (await left()).join()
  const draft = await page.locator('usher-widget textarea').inputValue()
  const stored = await readStorage(page)
  await writeInChat(page, 'I am the next one')
  const rows = await ground.db.query<{ visitor: string }>(
    `select distinct visitor_id as visitor from messages where body ->> 'text' in ('the secret of Maya', 'I am the next one')`,
  )
  return [
    attempt('the visitor’s messages, in this tab and in another', !shown.includes('Maya'), 'gone from both'),
    attempt(
      'the draft, the token and the outbox, in all storages',
      draft === '' && token !== '' && !stored.includes(token) && !stored.includes('Maya'),
      `${stored.length} characters stored, none of them hers`,
    ),
    attempt('who writes next is somebody else', rows.length === 2, `${rows.length} visitors`),
  ]
}

async function agentLeaves(ground: Ground): Promise<Attempt[]> {
  const { conversation } = await meetWriter(ground, ground.site, 'for Anna and her colleagues')
  await using watched = await browse(ground, { as: ground.anna })
  const { page } = watched
  await page.goto(`${ground.url}/console#/all/${conversation}`)
  await page.locator('#usher [role="log"]').getByText('for Anna and her colleagues').waitFor()
  await page.locator('#usher textarea').fill('a draft of Anna')
  await page.locator('.rail-foot button').last().click()
  await page.getByRole('menuitem', { name: /log out|sign out/i }).click()
  await page.getByLabel('E-mail').waitFor()
  const shown = await page.evaluate(() => document.body.textContent ?? '')
  const stored = await readStorage(page)
  await page.goBack().catch(() => undefined)
  const back = await page.evaluate(() => document.body.textContent ?? '')
  return [
    attempt('messages and drafts of an agent, in the page and in all storages', ![shown, stored].join().includes('Anna'), stored),
    attempt('going back shows nothing', !back.includes('for Anna'), back.slice(0, 60)),
  ]
}

/** Runs before the tag: a page whose scripts have bent everything the widget leans on, as old libraries do. */
const bent = `
  for (const kind of [Object, Array, String, Function]) kind.prototype.stranger = 'https://evil.example/'
  const { stringify, parse } = JSON
  JSON.stringify = (...args) => stringify(...args)
  JSON.parse = (...args) => parse(...args)
  const push = Array.prototype.push
  Array.prototype.push = function (...items) { return push.apply(this, items) }
  const own = window.fetch
  window.fetch = (...args) => own(...args)`

/** The same, aimed: every object seems to have what the widget asks some objects for. */
const aimed = `
  for (const name of ['baseUrl', 'url', 'app', 'siteKey', 'token', 'polluted', 'href', 'site', 'servers'])
    Object.prototype[name] = 'https://evil.example/'`

/** Takes away what a chat cannot do without. */
const broken = `
  window.fetch = () => Promise.reject(new TypeError('blocked'))
  window.WebSocket = class { constructor() { throw new TypeError('blocked') } }`

const bentPage: Attack = {
  id: 'S36',
  title: 'a page that has polluted prototypes and replaced fetch, JSON and arrays',
  async run(ground) {
    const works = [
      ...(await onBentPage(ground, bent, 'a page that has bent prototypes, fetch and JSON')),
      ...(await onBentPage(ground, aimed, 'a page whose every object has an address and a token of its own')),
    ]
    await using watched = await browse(ground, { before: broken })
    await watched.page.goto(`${ground.url}/demo`)
    await watched.page.locator('usher-widget .launcher').click()
    await watched.page
      .locator('usher-widget')
      .getByText(/again|try|cannot|can’t|unable|connect/i)
      .first()
      .waitFor()
    const troubles = (await watched.troubles()).filter((trouble) => !trouble.includes('blocked'))
    const title = await watched.page.locator('h1').first().isVisible()
    return [
      ...works,
      attempt(
        'without fetch and WebSocket the chat says so, and the page goes on',
        troubles.length === 0 && title,
        troubles[0] ?? 'it says so',
      ),
    ]
  },
}

/** The chat works, calls nobody else and keeps the token to itself. */
async function onBentPage(ground: Ground, before: string, name: string): Promise<Attempt[]> {
  await using watched = await browse(ground, { before })
  const { page } = watched
  const told: string[] = []
  page.on('console', (message) => told.push(message.text()))
  page.on('request', (request) => told.push(request.url()))
  page.on('websocket', (socket) => told.push(socket.url()))
  await page.goto(`${ground.url}/demo`)
  await openChat(page)
  await page.locator('usher-widget textarea').fill('on a bent page')
  await page.locator('usher-widget textarea').press('Enter')
  const mine = page.locator('usher-widget [data-delivery]').filter({ hasText: 'on a bent page' })
  await mine.first().waitFor()
  await mine
    .and(page.locator('[data-delivery="saved"]'))
    .waitFor({ timeout: 5_000 })
    .catch(() => undefined)
  const state = await mine.first().getAttribute('data-delivery')
  const token = await page.evaluate((key) => localStorage.getItem(`usher.${key}`) ?? '', ground.site.key)
  const seen = await page.evaluate(() => document.documentElement.outerHTML + location.href + document.title)
  const strange = (await watched.troubles()).filter((trouble) => !trouble.startsWith('error'))
  const [row] = await ground.db.query<{ n: number }>(`select count(*)::int as n from messages where body ->> 'text' = 'on a bent page'`)
  const leaked = [...told, seen].filter((text) => token !== '' && text.includes(token))
  const astray = told.filter((text) => text.includes('evil.example'))
  await ground.db.query(`delete from messages where body ->> 'text' = 'on a bent page'`)
  return [
    attempt(
      `${name}: the chat works, a message is stored and says that it is saved`,
      strange.length === 0 && state === 'saved' && row?.n === 1,
      strange[0] ?? `the message is ${state}; ${row?.n} stored`,
    ),
    attempt(
      'nobody else is called; the token stands in no address, no log and not in the document',
      token !== '' && leaked.length === 0 && astray.length === 0,
      leaked[0] ?? astray[0] ?? 'nowhere',
    ),
  ]
}

export const browserPageAttacks: readonly Attack[] = [policies, sharedBrowser, bentPage]
