import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildWidget } from '../../build.mjs'
import { openBrowser } from '../../test/open-browser.ts'
import { type SiteFiles, serveSite } from '../../test/serve-site.ts'

let browser: Browser
const folder = mkdtempSync(join(tmpdir(), 'usher-widget-'))
const files = { loader: '', app: '' }

beforeAll(async () => {
  const built = await buildWidget({ out: join(folder, 'dist'), apps: ['visitor'], log: () => {} })
  files.loader = readFileSync(join(folder, 'dist', built.loader), 'utf8')
  files.app = readFileSync(join(folder, 'dist', built.visitor ?? ''), 'utf8')
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A page of its own, with its complaints: script errors, refused by the policy, console errors. */
async function visit(more: Partial<SiteFiles> = {}, search = '') {
  const site = await serveSite({ ...files, ...more })
  const context = await browser.newContext()
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (line) => ['error', 'warning'].includes(line.type()) && complaints.push(line.text()))
  await page.goto(`${site.url}/${search}`)
  if (search === '') await page.waitForFunction(() => Boolean(window.Usher?.version))
  const close = async () => {
    await context.close()
    await site[Symbol.asyncDispose]()
  }
  return { site, page, context, complaints, [Symbol.asyncDispose]: close }
}

const launcher = (page: Page) => page.locator('usher-widget .launcher')
const frame = (page: Page) => page.locator('usher-widget .frame')
const composer = (page: Page) => page.locator('usher-widget textarea')
const isOpen = (page: Page) => page.evaluate(() => document.querySelector('usher-widget')?.classList.contains('open'))

describe('before the visitor opens the chat', () => {
  test('[P1] the page pays one request of at most 4 KiB, and no socket, cookie, iframe or storage', async () => {
    await using visited = await visit()
    const { page, site, context } = visited
    const sockets: string[] = []
    page.on('websocket', (socket) => sockets.push(socket.url()))
    await page.waitForLoadState('networkidle')
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
    expect(site.asked.filter((path) => path !== '/' && path !== '/page.css')).toEqual(['/w/test.js'])
    expect(site.loaderBytes).toBeLessThanOrEqual(4_096)
    expect(sockets).toEqual([])
    expect(await context.cookies()).toEqual([])
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, frames.length])).toEqual([0, 0, 0])
    expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0)
  })

  test('[P1] the only new global is Usher, and no built-in is changed', async () => {
    const names = () => [
      ...Object.getOwnPropertyNames(window),
      ...[Array, Object, String, History, Document, Element, EventTarget, WebSocket].flatMap(({ name, prototype }) =>
        Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(([key, value]) => `${name}.${key} ${String(value.value)}`),
      ),
    ]
    await using plain = await visit({}, '?plain')
    await using tagged = await visit()
    const before = new Set(await plain.page.evaluate(names))
    await tagged.page.evaluate(() => window.Usher?.('open'))
    await composer(tagged.page).waitFor()
    const added = (await tagged.page.evaluate(names)).filter((name) => !before.has(name))
    expect(added).toEqual(['Usher'])
  })

  test('[P1] the layout of the page does not move', async () => {
    await using visited = await visit()
    const shift = await visited.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) sum += entry.value
          }).observe({ type: 'layout-shift', buffered: true })
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)))
        }),
    )
    expect(shift).toBe(0)
  })
})

describe('on a strict page', () => {
  test('launcher and panel are drawn, nothing is refused by the policy, and the styles of the page stay outside', async () => {
    await using visited = await visit()
    const { page, complaints } = visited
    const look = await launcher(page).evaluate((button) => {
      const { backgroundColor, width, padding } = getComputedStyle(button)
      return { backgroundColor, width, padding }
    })
    expect(look).toEqual({ backgroundColor: 'rgb(79, 70, 229)', width: '56px', padding: '0px' })
    await launcher(page).click()
    await page.locator('usher-widget .failed').waitFor()
    expect(complaints.filter((text) => !text.includes('503'))).toEqual([])
  })

  test('a site the server does not know is told of in a sentence, and there is nothing to write in', async () => {
    const answer = { error: { code: 'site_unknown', message: 'unable to start; no such site', retryable: false } }
    await using visited = await visit({
      other: (request, response) => {
        response.writeHead(request.url === '/v1/session' ? 404 : 500, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
      },
    })
    await launcher(visited.page).click()
    await expect.poll(() => frame(visited.page).textContent()).toContain('its site key is unknown')
    expect(await composer(visited.page).count()).toBe(0)
  })
})

describe('opening and closing', () => {
  test('Enter on the launcher opens, the focus goes to the composer; Escape closes and gives it back', async () => {
    await using visited = await visit()
    const { page } = visited
    await launcher(page).focus()
    await page.keyboard.press('Enter')
    await composer(page).waitFor()
    await expect
      .poll(() => page.evaluate(() => document.querySelector('usher-widget')?.shadowRoot?.activeElement?.tagName))
      .toBe('TEXTAREA')
    expect(await launcher(page).getAttribute('aria-expanded')).toBe('true')
    await page.keyboard.press('Escape')
    await expect.poll(() => frame(page).isVisible()).toBe(false)
    expect(await page.evaluate(() => document.querySelector('usher-widget')?.shadowRoot?.activeElement?.className)).toBe('launcher')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => page.evaluate(() => document.querySelector('usher-widget')?.shadowRoot?.activeElement?.tagName))
      .toBe('TEXTAREA')
  })

  test('a link with data-usher-open opens the chat instead, and gets the focus back', async () => {
    await using visited = await visit({ body: '<a id="door" href="/contact" data-usher-open><b>Help</b></a>' })
    const { page, site } = visited
    await page.focus('#door')
    await page.click('#door b')
    await composer(page).waitFor()
    await page.keyboard.press('Escape')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('door')
    expect(site.asked).not.toContain('/contact')
  })

  test('closing takes no focus away from somebody who types on the page', async () => {
    await using visited = await visit()
    const { page } = visited
    await page.evaluate(() => window.Usher?.('open'))
    await composer(page).waitFor()
    await page.focus('#field')
    await page.evaluate(() => window.Usher?.('close'))
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field')
  })

  test('what is typed in the panel is not heard by the shortcuts of the page', async () => {
    await using visited = await visit({ head: '<script src="/shortcuts.test.js"></script>' })
    const { page } = visited
    await launcher(page).click()
    await composer(page).pressSequentially('jk')
    await page.focus('#field')
    await page.keyboard.press('x')
    expect(await page.evaluate(() => (window as Window & { keys?: string[] }).keys)).toEqual(['x'])
  })

  test('pointing at the launcher fetches the app once, the click uses it', async () => {
    await using visited = await visit()
    const { page, site } = visited
    const fetched = () => site.asked.filter((path) => path === site.settings.app).length
    await launcher(page).hover()
    await expect.poll(fetched).toBe(1)
    expect(site.asked).not.toContain('/v1/session')
    await launcher(page).click()
    await composer(page).waitFor()
    expect(fetched()).toBe(1)
  })

  test('an app that cannot be fetched is told of, and trying again helps', async () => {
    await using visited = await visit()
    const { page, site } = visited
    site.breakApp(true)
    await launcher(page).click()
    const again = page.getByRole('button', { name: 'The chat could not be loaded. Try again' })
    await again.waitFor()
    site.breakApp(false)
    await again.click()
    await composer(page).waitFor()
  })
})

describe('the global', () => {
  test('calls made before the script arrives run in their order', async () => {
    await using visited = await visit({ head: '<script src="/stub.test.js"></script>' })
    const { page } = visited
    await composer(page).waitFor()
    await page.evaluate(() => window.Usher?.('close'))
    expect(await page.evaluate(() => (window as Window & { heard?: string[] }).heard)).toEqual(['open', 'close'])
  })

  test('a second tag does nothing but say so', async () => {
    await using visited = await visit({ body: '<script async src="/w/test.js?second"></script>' })
    const { page, complaints } = visited
    await expect.poll(() => complaints.join()).toContain('Usher: already on this page')
    expect(await page.locator('usher-widget').count()).toBe(1)
  })

  test('it survives an emptied page, a new body and its own removal', async () => {
    await using visited = await visit()
    const { page } = visited
    await page.evaluate(() => document.body.replaceChildren())
    await page.evaluate(() => document.body.replaceWith(document.createElement('body')))
    await page.evaluate(() => document.querySelector('usher-widget')?.remove())
    await launcher(page).click()
    await composer(page).waitFor()
    expect(await isOpen(page)).toBe(true)
  })

  test('destroy leaves nothing behind', async () => {
    await using visited = await visit()
    const { page } = visited
    await launcher(page).click()
    await composer(page).waitFor()
    await page.evaluate(() => window.Usher?.('destroy'))
    await page.evaluate(() => document.body.replaceWith(document.createElement('body')))
    expect(await page.locator('usher-widget').count()).toBe(0)
    expect(await page.evaluate(() => 'Usher' in window)).toBe(false)
  })
})
