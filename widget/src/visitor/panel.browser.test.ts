import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildWidget, bundleModule } from '../../build.mjs'
import { openBrowser } from '../../test/open-browser.ts'
import { serveSite } from '../../test/serve-site.ts'

let browser: Browser
const folder = mkdtempSync(join(tmpdir(), 'usher-panel-'))
const files = { loader: '', app: '' }

beforeAll(async () => {
  const built = await buildWidget({ out: join(folder, 'dist'), apps: [], log: () => {} })
  files.loader = readFileSync(join(folder, 'dist', built.loader), 'utf8')
  files.app = await bundleModule(join(import.meta.dirname, 'gallery/main.ts'))
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The panel, open, in one of the states of the gallery. */
async function openPanel(state: string, options: BrowserContextOptions & { rtl?: boolean } = {}) {
  const { rtl, ...rest } = options
  const site = await serveSite({ ...files, ...(rtl && { dir: 'rtl' }) })
  const context = await browser.newContext({ reducedMotion: 'reduce', ...rest })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()))
  await page.goto(`${site.url}/#${state}`)
  await open(page)
  const close = async () => {
    await context.close()
    await site[Symbol.asyncDispose]()
  }
  return { page, complaints, [Symbol.asyncDispose]: close }
}

async function open(page: Page): Promise<void> {
  await page.waitForFunction(() => Boolean(window.Usher?.version))
  await page.evaluate(() => window.Usher?.('open'))
  await page.locator('usher-widget .header .who').waitFor()
}

const inside = (page: Page, selector: string) => page.locator(`usher-widget ${selector}`)
const calls = (page: Page) => page.evaluate(() => window.visitorGallery?.calls ?? [])
const scroll = (page: Page) =>
  inside(page, '.scroll').evaluate((view) => ({ top: view.scrollTop, rest: view.scrollHeight - view.scrollTop - view.clientHeight }))

/** Puts messages before or behind those that are there, as the client would. */
const add = (page: Page, where: 'before' | 'behind', texts: string[], mine = false) =>
  page.evaluate(
    ([where, texts, mine]) => {
      const items = window.visitorGallery?.stores.items
      const first = items?.getSnapshot()[0]
      if (!items || !first) throw new Error('unable to add; there is nothing to add to')
      const author = { role: mine ? ('visitor' as const) : ('agent' as const), id: mine ? 'me' : 'noah', name: 'Noah' }
      const base = { type: 'message' as const, seq: 1, author, mine, note: false, kind: 'text' as const }
      const made = texts.map((text) => ({ ...base, id: crypto.randomUUID(), at: where === 'before' ? first.at : new Date(), text }))
      items.set(where === 'before' ? [...made, ...items.getSnapshot()] : [...items.getSnapshot(), ...made])
    },
    [where, texts, mine] as const,
  )

describe('the thread', () => {
  test('opens at its end and stays there while messages come', async () => {
    await using opened = await openPanel('long')
    const { page } = opened
    await expect.poll(async () => (await scroll(page)).rest).toBeLessThan(2)
    await add(page, 'behind', ['One more', 'And another'])
    await inside(page, '.bubble').getByText('And another').waitFor()
    expect((await scroll(page)).rest).toBeLessThan(2)
    expect(await inside(page, '.pill').count()).toBe(0)
  })

  test('a reader further up is not moved, and told how many messages are new', async () => {
    await using opened = await openPanel('long')
    const { page } = opened
    await inside(page, '.scroll').evaluate((view) => view.scrollTo(0, 900))
    await inside(page, '.pill').waitFor()
    const before = await scroll(page)
    await add(page, 'behind', ['One', 'Two'])
    await expect.poll(() => inside(page, '.pill').textContent()).toBe('2 new messages')
    expect((await scroll(page)).top).toBe(before.top)
    await inside(page, '.pill').click()
    await expect.poll(async () => (await scroll(page)).rest).toBeLessThan(2)
    expect(await inside(page, '.pill').count()).toBe(0)
  })

  test('older messages are asked for near the top and come without a jump', async () => {
    await using opened = await openPanel('long')
    const { page } = opened
    await inside(page, '.scroll').evaluate((view) => view.scrollTo(0, 150))
    await expect.poll(() => calls(page)).toContain('loadOlder')
    const row = inside(page, '.row.message').nth(2)
    const id = await row.getAttribute('data-id')
    const before = await row.boundingBox()
    await add(
      page,
      'before',
      Array.from({ length: 30 }, (_, i) => `Older ${i}`),
    )
    await inside(page, '.bubble').getByText('Older 29').waitFor({ state: 'attached' })
    const after = await inside(page, `[data-id="${id}"]`).boundingBox()
    expect(Math.abs((after?.y ?? 0) - (before?.y ?? 99))).toBeLessThanOrEqual(1)
  })

  test('an own new message leads to the end, wherever one was', async () => {
    await using opened = await openPanel('long')
    const { page } = opened
    await inside(page, '.scroll').evaluate((view) => view.scrollTo(0, 400))
    await inside(page, '.pill').waitFor()
    await add(page, 'behind', ['Mine'], true)
    await expect.poll(async () => (await scroll(page)).rest).toBeLessThan(2)
  })

  test('the dots of a typing agent push the end along', async () => {
    await using opened = await openPanel('long')
    const { page } = opened
    await page.evaluate(() => window.visitorGallery?.stores.typing.set([{ role: 'agent', id: 'noah', name: 'Noah' }]))
    await inside(page, '.typing').waitFor()
    expect((await scroll(page)).rest).toBeLessThan(2)
  })

  test('what people write is drawn as the letters it is, and links are safe', async () => {
    await using opened = await openPanel('hostile')
    const { page, complaints } = opened
    const thread = inside(page, '.log')
    expect(await thread.locator('img, script, svg[onload], b').count()).toBe(0)
    expect(await thread.textContent()).toContain('<img src=x onerror="window.__x=1"><script>')
    expect(await page.evaluate(() => '__x' in window)).toBe(false)
    const links = await thread
      .locator('a')
      .evaluateAll((all) => all.map((a) => [a.getAttribute('href'), a.getAttribute('rel'), a.getAttribute('target')]))
    const rel = 'noopener noreferrer nofollow ugc'
    expect(links).toEqual([
      ['https://a.example/', rel, '_blank'],
      ['https://example.com/', rel, '_blank'],
    ])
    expect(complaints).toEqual([])
  })

  test('delivery is told to those who cannot see ticks', async () => {
    await using opened = await openPanel('failed')
    const deliveries = await inside(opened.page, '.own [data-delivery], .own[data-delivery]').evaluateAll((rows) =>
      rows.slice(-3).map((row) => [row.getAttribute('data-delivery'), row.querySelector('.meta .sr')?.textContent ?? '']),
    )
    expect(deliveries).toEqual([
      ['saved', 'Delivered'],
      ['failed', ''],
      ['queued', 'Waiting for the connection'],
    ])
  })

  test('a failed message says why, and can be sent again or discarded', async () => {
    await using opened = await openPanel('failed')
    const { page } = opened
    const refused = inside(page, '.log .refused')
    expect(await refused.textContent()).toContain('Not sent. That was a little too fast.')
    await refused.getByRole('button', { name: 'Try again' }).click()
    await refused.getByRole('button', { name: 'Discard' }).click()
    expect((await calls(page)).filter((call) => /^(retry|discard)/.test(call))).toHaveLength(2)
  })

  test('it is read only while the visitor looks at its end', async () => {
    await using opened = await openPanel('long')
    const { page } = opened
    const read = async () => (await calls(page)).filter((call) => call === 'markRead').length
    await inside(page, '.scroll').evaluate((view) => view.scrollTo(0, 400))
    await inside(page, '.pill').waitFor()
    await page.evaluate(() => window.visitorGallery?.stores.unread.set(1))
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    expect(await read()).toBe(0)
    await inside(page, '.pill').click()
    await expect.poll(read).toBe(1)
    await page.evaluate(() => window.Usher?.('close'))
    await page.evaluate(() => window.visitorGallery?.stores.unread.set(2))
    await expect.poll(() => inside(page, '.launcher').getAttribute('aria-label')).toBe('Chat with us, 2 unread messages')
    expect(await read()).toBe(1)
    await open(page)
    await expect.poll(read).toBe(2)
  })
})

describe('the composer', () => {
  test('Enter sends what stands there, Shift and Enter is a new line', async () => {
    await using opened = await openPanel('talk')
    const { page } = opened
    const input = inside(page, 'textarea')
    await input.fill('First')
    await input.press('Shift+Enter')
    await input.pressSequentially('second')
    await input.press('Enter')
    await expect.poll(() => calls(page)).toContain('send First\nsecond')
    expect(await input.inputValue()).toBe('')
    await input.press('Enter')
    expect((await calls(page)).filter((call) => call.startsWith('send'))).toHaveLength(1)
  })

  test('a message that is too long cannot be sent, and it says by how much', async () => {
    await using opened = await openPanel('talk')
    const { page } = opened
    const input = inside(page, 'textarea')
    await input.fill('x'.repeat(3_700))
    expect(await inside(page, '.hints').textContent()).toBe('300 characters left')
    await input.fill('x'.repeat(4_001))
    expect(await inside(page, '.hints').textContent()).toBe('1 character too many')
    await input.press('Enter')
    expect((await calls(page)).some((call) => call.startsWith('send'))).toBe(false)
    expect(await input.inputValue()).toHaveLength(4_001)
  })

  test('[P6] the draft is its author’s: a guest who turns out to be somebody keeps it, the next person finds none', async () => {
    await using opened = await openPanel('empty')
    const { page } = opened
    const composer = inside(page, 'textarea')
    const become = (visitor: { id: string; identified: boolean } | null) =>
      page.evaluate((visitor) => {
        const { session } = window.visitorGallery!.stores
        session.set(visitor && { ...session.getSnapshot()!, visitor })
      }, visitor)
    await composer.fill('Half a sentence')
    await become({ id: 'maya', identified: true })
    expect(await composer.inputValue()).toBe('Half a sentence')
    await become({ id: 'bob', identified: true })
    await expect.poll(() => composer.inputValue()).toBe('')
    await composer.fill('Another half')
    await become(null)
    await expect.poll(() => composer.inputValue()).toBe('')
  })

  test('the draft survives a reload', async () => {
    await using opened = await openPanel('talk')
    const { page } = opened
    await inside(page, 'textarea').fill('Half a thou')
    await page.reload()
    await open(page)
    expect(await inside(page, 'textarea').inputValue()).toBe('Half a thou')
  })

  test('the box grows with the text, up to a limit', async () => {
    await using opened = await openPanel('talk')
    const { page } = opened
    const height = async () => (await inside(page, '.grow').boundingBox())?.height ?? 0
    const one = await height()
    await inside(page, 'textarea').fill('1\n2\n3')
    const three = await height()
    await inside(page, 'textarea').fill('1\n'.repeat(30))
    expect([three > one + 30, (await height()) <= 144]).toEqual([true, true])
  })
})

describe('the panel', () => {
  test('a server that is away is told of, with the next try and a way to try at once', async () => {
    await using opened = await openPanel('down')
    const { page } = opened
    await inside(page, '.failed').waitFor()
    expect(await inside(page, '.failed').textContent()).toMatch(/having a short break.*Trying again in \d s/)
    await inside(page, '.retry').click()
    await expect.poll(async () => (await calls(page)).filter((call) => call === 'start').length).toBeGreaterThanOrEqual(2)
  })

  test('a lost connection is told of with the seconds until the next try', async () => {
    await using opened = await openPanel('failed')
    await expect
      .poll(() => inside(opened.page, '.banner').textContent(), { timeout: 5_000 })
      .toMatch(/^Connection lost\. Trying again in \d s$/)
  })

  test('it is a labelled dialog with a polite log, and the page beside it stays usable', async () => {
    await using opened = await openPanel('talk')
    const { page } = opened
    await page.getByRole('dialog', { name: 'Test site' }).waitFor()
    expect(await page.getByRole('log', { name: 'Messages' }).getAttribute('aria-live')).toBe('polite')
    expect(await inside(page, '.frame').getAttribute('aria-modal')).toBe('false')
    await page.click('#button')
  })

  test('on a phone it fills the screen, keeps Tab inside and does not make the browser zoom', async () => {
    await using opened = await openPanel('talk', { viewport: { width: 390, height: 844 } })
    const { page } = opened
    expect(await inside(page, '.frame').boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 })
    expect(await inside(page, '.frame').getAttribute('aria-modal')).toBe('true')
    expect(await inside(page, 'textarea').evaluate((input) => Number.parseFloat(getComputedStyle(input).fontSize))).toBeGreaterThanOrEqual(
      16,
    )
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('USHER-WIDGET')
    }
  })

  test('on a page that reads from right to left everything is mirrored', async () => {
    await using opened = await openPanel('talk', { rtl: true, viewport: { width: 1_000, height: 800 } })
    const { page } = opened
    expect((await inside(page, '.frame').boundingBox())?.x).toBe(20)
    const own = await inside(page, '.own .bubble').last().boundingBox()
    const other = await inside(page, '.row.other .bubble').last().boundingBox()
    expect((own?.x ?? 0) < (other?.x ?? 0)).toBe(true)
  })

  test('it is dark where the visitor likes it dark', async () => {
    await using opened = await openPanel('talk', { colorScheme: 'dark' })
    expect(await inside(opened.page, '.frame').evaluate((frame) => getComputedStyle(frame).backgroundColor)).toBe('rgb(23, 23, 28)')
  })
})
