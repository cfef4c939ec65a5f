import type { AgentClient, AgentThread, TimelineItem } from '@usher-chat/sdk/agent'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAgent, createCable } from '../../sdk/test/real-people.ts'
import { type OwnStack, startOwnStack } from '../../server/replay/own-stack.ts'
import { openBrowser } from './open-browser.ts'

const launcher = (page: Page) => page.locator('usher-widget .launcher')
const composer = (page: Page) => page.locator('usher-widget textarea')
const log = (page: Page) => page.locator('usher-widget [role="log"]')
const badge = (page: Page) => page.locator('usher-widget .badge')
const soon = { timeout: 15_000 }

async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  await composer(page).press('Enter')
}

const texts = (items: readonly TimelineItem[]) => items.flatMap((item) => (item.type === 'message' ? [item.text] : []))

describe('the widget on the whole stack', () => {
  let stack: OwnStack
  let browser: Browser
  let agent: AgentClient
  let context: BrowserContext

  beforeAll(async () => {
    stack = await startOwnStack()
    browser = await openBrowser()
    agent = await createAgent(stack.demo, createCable())
    await agent.setPresence('online')
  })

  beforeEach(async () => {
    context = await browser.newContext()
    return () => context.close()
  })

  afterAll(async () => {
    await agent?.close()
    await browser?.close()
    await stack?.stop()
  })

  async function visit(): Promise<Page> {
    const page = await context.newPage()
    await page.goto(`${stack.demo.url}/demo`)
    await launcher(page).waitFor()
    return page
  }

  /** The thread whose last message is this one, as the agent has it. */
  async function threadOf(text: string): Promise<{ thread: AgentThread; name: string | undefined; identified: boolean }> {
    const inbox = agent.inbox('all')
    const found = () => inbox.items.getSnapshot().find(({ lastMessage }) => lastMessage?.text === text)
    await expect.poll(found, soon).toBeTruthy()
    const conversation = found()
    inbox.release()
    if (!conversation) throw new Error('unable to find the thread; it was there')
    const { site, visitor } = conversation
    return { thread: agent.thread(site, visitor.id), name: visitor.name, identified: visitor.identified }
  }

  test('the agent sees the name the site vouches for; signing out starts over on this device', async () => {
    const page = await visit()
    await page.getByRole('button', { name: 'Sign in as Maya Chen' }).click()
    await page.getByText('Signed in as').waitFor()
    await launcher(page).click()
    await say(page, 'It is me, Maya')
    const { name, identified } = await threadOf('It is me, Maya')
    expect([name, identified]).toEqual(['Maya Chen', true])
    await page.reload()
    await launcher(page).click()
    await log(page).getByText('It is me, Maya').waitFor()
    // The open chat lies over the corner of the page with this button.
    await launcher(page).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in as Maya Chen' }).waitFor()
    await launcher(page).click()
    await page.locator('usher-widget .intro.alone').waitFor()
    expect(await log(page).textContent()).toBe('')
  })

  test('[P2] a page that says who it is when the chat runs already loses neither thread nor messages', async () => {
    const page = await visit()
    await page.getByRole('button', { name: 'Sign in as Maya Chen' }).click()
    await launcher(page).click()
    await say(page, 'Still me')
    await page.locator('usher-widget [data-delivery="saved"]').last().waitFor()
    let tell = () => {}
    const told = new Promise<void>((resolve) => {
      tell = resolve
    })
    await page.route('**/demo/member', async (route) => {
      await told
      await route.continue()
    })
    await page.reload()
    await launcher(page).click()
    await log(page).getByText('Still me').waitFor()
    await say(page, 'One more')
    tell()
    await page.getByText('Signed in as').waitFor()
    await say(page, 'And another')
    const { thread, name } = await threadOf('And another')
    const written = ['Still me', 'One more', 'And another']
    await expect.poll(() => texts(thread.items.getSnapshot()).slice(-3), soon).toEqual(written)
    expect(name).toBe('Maya Chen')
    await expect.poll(() => log(page).textContent(), soon).toMatch(new RegExp(written.join('.*'), 's'))
    thread.release()
  })

  test('[P2] what a guest could not send arrives in the thread of the person they sign in as', async () => {
    const page = await context.newPage()
    let away = true
    await page.routeWebSocket('**/nats', (line) => (away ? void line.close() : void line.connectToServer()))
    await page.goto(`${stack.demo.url}/demo`)
    await launcher(page).click()
    await say(page, 'Written as a guest')
    await page.locator('usher-widget [data-delivery="queued"]').waitFor()
    // The open chat lies over the corner of the page with this button.
    await launcher(page).click()
    await page.getByRole('button', { name: 'Sign in as Maya Chen' }).click()
    await page.getByText('Signed in as').waitFor()
    away = false
    const { name, identified } = await threadOf('Written as a guest')
    expect([name, identified]).toEqual(['Maya Chen', true])
  })

  test('[P2] what is written while the connection is away waits, is told so, and arrives once, in order', async () => {
    const page = await context.newPage()
    const lines = new Set<{ close(): Promise<void> }>()
    let away = false
    await page.routeWebSocket('**/nats', (line) => {
      if (away) return void line.close()
      line.connectToServer()
      lines.add(line)
    })
    await page.goto(`${stack.demo.url}/demo`)
    await launcher(page).click()
    await say(page, 'Before')
    await page.locator('usher-widget [data-delivery="saved"]').waitFor()
    away = true
    for (const line of lines) await line.close()
    await expect.poll(() => page.locator('usher-widget .banner').textContent(), soon).toMatch(/^Connection lost/)
    await say(page, 'During, one')
    await say(page, 'During, two')
    await expect.poll(() => page.locator('usher-widget [data-delivery="queued"]').count(), soon).toBe(2)
    away = false
    await expect.poll(() => page.locator('usher-widget [data-delivery="saved"]').count(), { timeout: 40_000 }).toBe(3)
    const { thread } = await threadOf('During, two')
    await expect.poll(() => texts(thread.items.getSnapshot()), soon).toEqual(['Before', 'During, one', 'During, two'])
    expect(await page.locator('usher-widget .banner').textContent()).toBe('')
    thread.release()
  })

  test('an answer raises the badge in every tab, and reading it in one lowers it in all', async () => {
    const first = await visit()
    await launcher(first).click()
    await say(first, 'Do you sell popcorn?')
    const { thread } = await threadOf('Do you sell popcorn?')
    await composer(first).press('Escape')
    const second = await visit()
    await expect.poll(() => second.evaluate(() => localStorage.length), soon).toBeGreaterThan(1)
    await thread.send('By the bucket.')
    for (const page of [second, first]) await expect.poll(() => badge(page).textContent(), soon).toBe('1')
    await first.bringToFront()
    await launcher(first).click()
    await log(first).getByText('By the bucket.').waitFor()
    for (const page of [first, second]) await expect.poll(() => badge(page).textContent(), soon).toBe('')
    await expect.poll(() => thread.items.getSnapshot().some((item) => item.type === 'message' && item.delivery === 'read'), soon).toBe(true)
    thread.release()
  })

  test('[P1] somebody who looked but wrote nothing pays nothing on the next page', async () => {
    const page = await visit()
    await launcher(page).click()
    await page.locator('usher-widget .intro.alone').waitFor()
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    // The page before may still be reading its thread when it is left.
    page.once('framenavigated', () => asked.splice(0))
    await page.reload()
    await launcher(page).waitFor()
    await page.waitForLoadState('networkidle')
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
    expect(asked.filter((path) => /^\/(?:w|v1|nats)/.test(path))).toEqual([`/w/${stack.demo.siteKey}.js`])
  })
})
