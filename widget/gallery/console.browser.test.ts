import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { FixtureClient } from '../src/console/gallery/fixture-client.ts'
import { scenes } from '../src/console/gallery/scenes.ts'
import { openBrowser } from '../test/open-browser.ts'
import { findLowContrast } from './find-low-contrast.ts'
import { type Gallery, serveConsole } from './serve-console.ts'

/** What the gallery leaves on its window, for tests to turn. */
declare const gallery: { client: FixtureClient }

/** Long enough for a busy machine. */
const patience = { timeout: 20_000 }

let served: Gallery
let browser: Browser
let page: Page
let faults: string[]

beforeAll(async () => {
  served = await serveConsole()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await served?.close()
})
// Whatever a test is about: nothing may throw, and nothing may ask for more than the console's policy allows.
afterEach(async () => {
  expect(faults).toEqual([])
  await page.close()
})

async function open(scene: string, viewport = { width: 1280, height: 800 }): Promise<void> {
  page = await browser.newPage({ viewport, reducedMotion: 'reduce' })
  faults = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (line) => line.type() === 'error' && faults.push(line.text()))
  await page.goto(`${served.url}?scene=${scene}`)
  await page.waitForSelector('#usher > *')
}

/** The lowest message that is on screen, and where. */
const lowestBubble = () =>
  page.evaluate(() => {
    const floor = document.querySelector('.log')?.getBoundingClientRect().bottom ?? 0
    const bubbles = [...document.querySelectorAll<HTMLElement>('.log .bubble')]
    const lowest = bubbles.filter((bubble) => bubble.getBoundingClientRect().bottom <= floor).at(-1)
    return { text: lowest?.textContent ?? '', bottom: lowest?.getBoundingClientRect().bottom ?? 0, floor }
  })

const arrive = (text: string) =>
  page.evaluate((said) => {
    const { client } = gallery
    const [first] = client.conversations.getSnapshot()
    if (first === undefined) throw new Error('unable to arrive; the scene has no conversation')
    const { items } = client.thread(first.site, first.visitor.id)
    const sample = items.getSnapshot().find((item) => item.type === 'message' && !item.mine)
    if (sample?.type !== 'message') throw new Error('unable to arrive; the thread has no message')
    client.arrive(first.visitor.id, {
      ...sample,
      id: crypto.randomUUID(),
      seq: 5_000,
      at: new Date(Date.UTC(2026, 4, 14, 9, 42)),
      text: said,
    })
  }, text)

/** The list has found its place: it settles at its end for some frames. */
const atRest = async () => {
  const place = () => page.evaluate(() => document.querySelector('.log')?.scrollTop)
  await vi.waitFor(async () => {
    const before = await place()
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    expect(await place()).toBe(before)
  }, patience)
}

const isAtEnd = () =>
  page.evaluate(() => {
    const log = document.querySelector('.log')
    return log !== null && log.scrollHeight > log.clientHeight + 100 && log.scrollHeight - log.clientHeight - log.scrollTop < 4
  })

describe('the thread', () => {
  test('opens at its end, and follows what arrives there', async () => {
    await open('crowd')
    await vi.waitFor(async () => expect(await isAtEnd()).toBe(true), patience)
    await arrive('the newest of all')
    await vi.waitFor(async () => expect((await lowestBubble()).text).toBe('the newest of all'), patience)
    expect(await isAtEnd()).toBe(true)
  })

  test('older messages come in above without moving what is being read', async () => {
    await open('crowd')
    await vi.waitFor(async () => expect(await isAtEnd()).toBe(true), patience)
    const held = () =>
      page.evaluate(() => {
        const [first] = gallery.client.conversations.getSnapshot()
        return gallery.client.thread('', first?.visitor.id ?? '').items.getSnapshot().length
      })
    const before = await held()
    await atRest()
    // Near the start, but with rows on screen that are drawn already: where they are, they have to stay.
    const bubble = await page.evaluateHandle(async () => {
      const log = document.querySelector('.log')
      log?.scrollTo(0, 780)
      // Until then the rows of the end still stand there.
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
      const ceiling = log?.getBoundingClientRect().top ?? 0
      return [...document.querySelectorAll('.log .bubble')].find((one) => one.getBoundingClientRect().top > ceiling + 400)
    })
    const top = () => bubble.evaluate((one) => (one?.isConnected ? one.getBoundingClientRect().top : undefined))
    const seen = await top()
    await vi.waitFor(async () => expect(await held()).toBeGreaterThan(before), patience)
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    expect(seen).toBeDefined()
    expect(Math.abs(((await top()) ?? 0) - (seen ?? 0))).toBeLessThan(4)
  })

  test('what arrives below while one reads above is counted, and a press goes there', async () => {
    await open('crowd')
    await vi.waitFor(async () => expect(await isAtEnd()).toBe(true), patience)
    await atRest()
    await page.hover('.log')
    await page.mouse.wheel(0, -1_500)
    await page.waitForSelector('.to-end.quiet')
    await atRest()
    expect(await isAtEnd()).toBe(false)
    const before = await lowestBubble()
    await arrive('one')
    await arrive('two')
    await page.waitForSelector('text=2 new messages')
    expect((await lowestBubble()).bottom).toBeCloseTo(before.bottom, 0)
    await page.click('.to-end')
    await vi.waitFor(async () => expect((await lowestBubble()).text).toBe('two'), patience)
    await vi.waitFor(async () => expect(await page.$('.to-end')).toBeNull(), patience)
  })

  test('shows the unread divider, and is read once its end is seen', async () => {
    await open('mine')
    await page.waitForSelector('.unread-line')
    await vi.waitFor(async () => expect(await page.evaluate(() => gallery.client.calls)).toContain('markRead'), patience)
    expect(await page.isVisible('.unread-line')).toBe(true)
  })

  test('goes to an earlier conversation in place', async () => {
    await open('mine')
    await page.click('.earlier li:nth-child(2) button')
    await page.waitForSelector('.composer-blocked')
    expect(await page.textContent('.composer-blocked')).toContain('the visitor has started a new one')
    await page.click('.composer-blocked button')
    await page.waitForSelector('textarea')
  })
})

describe('a list of 500', () => {
  test('draws only what is near, and the line the keyboard is at always exists and is visible', async () => {
    await open('crowd')
    await page.focus('[role=listbox]')
    for (let step = 0; step < 60; step++) await page.keyboard.press('ArrowDown')
    const look = () =>
      page.evaluate(() => {
        const box = document.querySelector('[role=listbox]')
        const pointed = document.getElementById(box?.getAttribute('aria-activedescendant') ?? '')
        const [inner, outer] = [pointed?.getBoundingClientRect(), box?.getBoundingClientRect()]
        return {
          position: pointed?.getAttribute('aria-posinset'),
          total: pointed?.getAttribute('aria-setsize'),
          visible: inner !== undefined && outer !== undefined && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1,
          drawn: document.querySelectorAll('[role=option]').length,
        }
      })
    // The list scrolls with the next frame.
    await expect.poll(look).toMatchObject({ position: '61', total: '500', visible: true })
    const line = await look()
    expect(line.drawn).toBeLessThan(60)
  })
})

describe('the page', () => {
  test('on a phone shows one pane at a time, and the back button leads back', async () => {
    await open('none', { width: 390, height: 844 })
    await page.click('[role=option]')
    await page.waitForSelector('textarea')
    expect(await page.isVisible('[role=listbox]')).toBe(false)
    await page.click('.narrow-only')
    expect(await page.isVisible('.card-pane')).toBe(true)
    await page.goBack()
    expect(await page.isVisible('textarea')).toBe(true)
    await page.goBack()
    expect(await page.isVisible('[role=listbox]')).toBe(true)
    expect(await page.isVisible('.thread-pane')).toBe(false)
  })

  test('nothing is wider than the window, from a phone to a desk', async () => {
    await open('mine')
    for (const width of [320, 390, 720, 800, 1024, 1280, 1920]) {
      await page.setViewportSize({ width, height: 800 })
      await page.waitForSelector('.bubble')
      expect([width, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([width, width])
    }
  })

  test.each(Object.keys(scenes))('every text of "%s" stands out from its ground, in both schemes', async (scene) => {
    await open(scene)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))))
      expect([colorScheme, await page.evaluate(findLowContrast)]).toEqual([colorScheme, []])
    }
  })
})
