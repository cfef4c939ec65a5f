import type { Browser, CDPSession } from 'playwright-core'

/** What a page costs until nothing more comes. */
export interface PageCost {
  /** Without the page itself. */
  requests: number
  /** On the wire, without the page itself. */
  bytes: number
  /** Time scripts took on the main thread, and all it did, ms. */
  scriptMs: number
  mainThreadMs: number
  heapBytes: number
}

/** Opens a page with nothing in the cache, waits until what is sought is there and the network is quiet, and tells what it cost. */
export async function measurePage(browser: Browser, { url, sought }: { url: string; sought: string }): Promise<PageCost> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    const network = await countRequests(session, url)
    await session.send('Performance.enable')
    await page.goto(url)
    await page.locator(sought).waitFor({ state: 'attached' })
    await page.waitForLoadState('networkidle')
    const { metrics } = await session.send('Performance.getMetrics')
    const metric = (name: string): number => metrics.find((one) => one.name === name)?.value ?? Number.NaN
    return {
      ...network(),
      scriptMs: metric('ScriptDuration') * 1_000,
      mainThreadMs: metric('TaskDuration') * 1_000,
      heapBytes: metric('JSHeapUsedSize'),
    }
  } finally {
    await context.close()
  }
}

async function countRequests(session: CDPSession, pageUrl: string): Promise<() => { requests: number; bytes: number }> {
  const asked = new Set<string>()
  let bytes = 0
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (request.url !== pageUrl && request.url.startsWith('http')) asked.add(requestId)
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (asked.has(requestId)) bytes += encodedDataLength
  })
  await session.send('Network.enable')
  return () => ({ requests: asked.size, bytes })
}
