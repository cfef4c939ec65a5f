import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OwnStack, startOwnStack } from '../replay/own-stack.ts'

/** Pictures for the README are kept only where somebody asks for them. */
const pictures = process.env.USHER_PICTURES

const launcher = (page: Page) => page.locator('usher-widget .launcher')
const composer = (page: Page) => page.locator('usher-widget textarea')
const panel = (page: Page) => page.locator('usher-widget [role="log"]')
const log = (page: Page) => page.locator('[role="log"]')

async function picture(page: Page, name: string): Promise<void> {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) })
}

async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  await composer(page).press('Enter')
}

describe('a visitor on the booking page and an agent in the console', () => {
  let stack: OwnStack
  let browser: Browser
  let visitor: Page
  let agent: Page
  const faults: string[] = []

  beforeAll(async () => {
    stack = await startOwnStack()
    browser = await chromium.launch({
      executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    })
    visitor = await (await browser.newContext({ viewport: { width: 1280, height: 860 } })).newPage()
    agent = await (await browser.newContext({ viewport: { width: 1360, height: 860 } })).newPage()
    for (const page of [visitor, agent]) page.on('pageerror', (error) => faults.push(error.message))
  })
  afterAll(async () => {
    await browser?.close()
    await stack?.stop()
  })

  test('a wrong password reads well, the right one opens the inbox and puts the agent online', async () => {
    const login = stack.demo.agents.find(({ role }) => role === 'agent')!
    await agent.goto(`${stack.demo.url}/console`)
    await agent.getByLabel('E-mail').fill(login.email)
    await agent.getByLabel('Password', { exact: true }).fill('not this one')
    await agent.keyboard.press('Enter')
    await agent.getByRole('alert').waitFor()
    await agent.getByLabel('Password', { exact: true }).fill(login.password)
    await agent.keyboard.press('Enter')
    await agent.getByText('Nothing on your plate').waitFor()
    await agent.getByText('Online').first().waitFor()
  })

  test('[P1] the page pays one request until the chat is opened, and holds no global but Usher', async () => {
    const requests: string[] = []
    visitor.on('request', (request) => requests.push(new URL(request.url()).pathname))
    await visitor.goto(`${stack.demo.url}/demo`)
    await launcher(visitor).waitFor()
    expect(requests.filter((path) => path.startsWith('/w/') || path.startsWith('/v1/'))).toEqual([`/w/${stack.demo.siteKey}.js`])
    expect(await visitor.evaluate(() => ['nacl', 'preact', 'nats'].filter((name) => name in window))).toEqual([])
    expect(await visitor.evaluate(() => document.cookie)).toBe('')
  })

  test('a message goes to the agent live, and the answer comes back', async () => {
    await launcher(visitor).click()
    await say(visitor, 'Hi! Four seats together for tonight, please.')
    await agent.getByRole('option').first().click()
    await log(agent).getByText('Four seats together').waitFor()
    await agent.locator('textarea').fill('Row H is free, seats 11 to 14. Shall I hold them?')
    await agent.locator('textarea').press('Enter')
    await panel(visitor).getByText('Shall I hold them?').waitFor()
  })

  test('the agent sees what the visitor types', async () => {
    await composer(visitor).pressSequentially('Yes please, and')
    await agent.getByText('Yes please, and').first().waitFor()
    await picture(agent, 'console')
    await picture(visitor, 'widget')
    await composer(visitor).fill('')
  })

  test('[P3] a reload keeps all, and two tabs agree', async () => {
    await visitor.reload()
    await launcher(visitor).click()
    await panel(visitor).getByText('Shall I hold them?').waitFor()
    const second = await visitor.context().newPage()
    await second.goto(`${stack.demo.url}/demo`)
    await launcher(second).click()
    await say(second, 'Said in the second tab')
    for (const page of [visitor, second]) {
      await panel(page).getByText('Said in the second tab').waitFor()
      expect(await panel(page).getByText('Said in the second tab').count()).toBe(1)
      expect(await panel(page).getByText('Four seats together').count()).toBe(1)
    }
    await second.close()
  })

  test('a closed panel shows how many answers wait', async () => {
    await composer(visitor).press('Escape')
    await agent.locator('textarea').fill('They are yours for ten minutes.')
    await agent.locator('textarea').press('Enter')
    await expect.poll(() => launcher(visitor).getAttribute('aria-label'), { timeout: 10_000 }).toMatch(/1 unread message/)
  })

  test('no page has thrown', () => {
    expect(faults).toEqual([])
  })
})
