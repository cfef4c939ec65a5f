import { build } from 'esbuild'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type OwnStack, startOwnStack } from '../../server/replay/own-stack.ts'
import { cutNats } from '../build/cut-nats.mjs'
import type { VisitorClient } from '../src/types.ts'

declare global {
  interface Window {
    sdk: { createVisitorClient(options: { baseUrl: string; siteKey: string }): VisitorClient }
    client: VisitorClient
  }
}

let stack: OwnStack
let browser: Browser
let context: BrowserContext
let script: string
const faults: string[] = []

beforeAll(async () => {
  const entry = { contents: `export * from './visitor.ts'`, resolveDir: `${import.meta.dirname}/../src`, loader: 'ts' } as const
  const options = { bundle: true, write: false, format: 'iife', globalName: 'sdk', target: 'es2022', conditions: ['source'] } as const
  const { outputFiles } = await build({ ...options, conditions: ['source'], stdin: entry, plugins: [cutNats()] })
  script = outputFiles[0]!.text
  stack = await startOwnStack()
  const executablePath = process.env.CHROME_PATH ?? '/usr/bin/chromium'
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
})
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

beforeEach(async () => {
  faults.length = 0
  context = await browser.newContext()
})
afterEach(async () => {
  await context.close()
  expect(faults).toEqual([])
})

/** A tab of the shop with a client that has its session; online where `connect` says so. */
async function openTab({ connect }: { connect: boolean }): Promise<Page> {
  const page = await context.newPage()
  page.on('pageerror', (error) => faults.push(error.message))
  // Any page of that origin will do.
  await page.goto(`${stack.demo.url}/healthz`)
  await page.evaluate(`${script};window.sdk = sdk`)
  await page.evaluate(
    async ({ url, siteKey, isOnline }) => {
      window.client = window.sdk.createVisitorClient({ baseUrl: url, siteKey })
      await window.client.start()
      if (isOnline) window.client.connect()
    },
    { url: stack.demo.url, siteKey: stack.demo.siteKey, isOnline: connect },
  )
  return page
}

const say = (page: Page, ...texts: string[]) =>
  page.evaluate((all) => {
    for (const text of all) window.client.thread.send(text).catch(() => {})
  }, texts)

const screen = (page: Page) =>
  page.evaluate(() =>
    window.client.thread.items.getSnapshot().flatMap((item) => (item.type === 'message' ? [`${item.text} ${item.delivery}`] : [])),
  )

const shows = (page: Page, ...lines: string[]) => expect.poll(() => screen(page), { timeout: 15_000 }).toEqual(lines)

/** Messages that wait in IndexedDB. */
const kept = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const request = indexedDB.open('usher', 1)
        request.onsuccess = () => {
          const count = request.result.transaction('outbox').objectStore('outbox').count()
          count.onsuccess = () => resolve(count.result)
        }
      }),
  )

describe('tabs of one browser', () => {
  it('[P2] a crashed tab loses nothing: the next one sends what it left, once, in order', async () => {
    const first = await openTab({ connect: false })
    await say(first, 'one', 'two', 'three')
    await shows(first, 'one queued', 'two queued', 'three queued')
    await expect.poll(() => kept(first)).toBe(3)
    await first.goto('chrome://crash').catch(() => {})
    const next = await openTab({ connect: true })
    await shows(next, 'one saved', 'two saved', 'three saved')
    await expect.poll(() => kept(next)).toBe(0)
  })

  it('[P3] a living tab keeps its messages to itself, and when it closes they go out once', async () => {
    const writer = await openTab({ connect: false })
    await say(writer, 'mine')
    await expect.poll(() => kept(writer)).toBe(1)
    const other = await openTab({ connect: true })
    await say(other, 'from the other')
    await shows(other, 'from the other saved')
    expect(await kept(other)).toBe(1)
    await writer.close()
    const next = await openTab({ connect: true })
    await shows(next, 'from the other saved', 'mine saved')
    await shows(other, 'from the other saved', 'mine saved')
  })

  it('[P6] a logout in one tab empties the other, and the device', async () => {
    const [one, other] = [await openTab({ connect: true }), await openTab({ connect: true })]
    await say(one, 'private')
    await shows(other, 'private saved')
    await one.evaluate(() => window.client.logout())
    await shows(one)
    await shows(other)
    expect(await other.evaluate(() => [window.client.session.getSnapshot(), localStorage.length])).toEqual([null, 0])
    expect(await kept(one)).toBe(0)
  })

  it('[P8] a page that was offline is back within seconds of the network', async () => {
    const page = await openTab({ connect: true })
    await say(page, 'before')
    await shows(page, 'before saved')
    await context.setOffline(true)
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    const state = () => page.evaluate(() => window.client.connection.getSnapshot().state)
    await say(page, 'meanwhile')
    await context.setOffline(false)
    await shows(page, 'before saved', 'meanwhile saved')
    expect(await state()).toBe('connected')
  })

  it('works for the page’s life where the browser blocks all storage', async () => {
    await context.addInitScript(() => {
      for (const name of ['indexedDB', 'localStorage']) {
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException('denied', 'SecurityError')
          },
        })
      }
    })
    const page = await openTab({ connect: true })
    await say(page, 'still here')
    await shows(page, 'still here saved')
  })

  it('leaves no global behind', async () => {
    const page = await openTab({ connect: true })
    await say(page, 'hello')
    await shows(page, 'hello saved')
    expect(await page.evaluate(() => ['nacl', 'JS_SHA256_NO_WINDOW', 'process', 'global'].filter((name) => name in window))).toEqual([])
  })
})
