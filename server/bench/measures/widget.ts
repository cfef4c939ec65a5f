import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openBrowser } from '../../../widget/test/open-browser.ts'
import { ensureChrome } from '../../bin/chrome.mjs'
import { type Figure, type Part, ratioTarget, valueTarget } from '../report/figures.ts'
import { fetchLivechat, livechatName } from '../widgets/fetch-livechat.ts'
import { measurePage, type PageCost } from '../widgets/page-cost.ts'
import { servePages } from '../widgets/serve-pages.ts'
import { interleave, pick, type Rounds } from './interleave.ts'

const dist = join(import.meta.dirname, '../../../widget/dist')

export interface WidgetOptions {
  /** Where Usher is, and whose tag the page carries. */
  demo: { url: string; siteKey: string }
  rounds: number
  log: (line: string) => void
}

/** What a page pays for a widget that nobody has opened yet, beside one that is built from what its maker publishes. */
export async function measureWidget({ demo, rounds, log }: WidgetOptions): Promise<Part> {
  const loaderBytes = gzipSync(await (await fetch(tagOf(demo))).text(), { level: 9 }).length
  const measured = await measurePages({ demo, rounds, log })
  const pages = figuresOf(measured)
  const mainThread = pages.find(({ unit }) => unit === 'ms')
  const ours = (name: string, value: number): Figure => ({ name, unit: 'bytes', values: { Usher: [value] } })
  return {
    title: 'Widget',
    notes: [
      'A page that carries the tag, opened with nothing in the cache, until nothing more comes; nobody opens the chat. Bytes as they are sent, packed, with headers.',
      `${livechatName}: the newest build on the npm registry; its server is a stub that says it is open, so what it asks a real one later is not counted.`,
      'Opening Usher’s chat fetches one file more, the visitor app. Widgets whose makers publish no build: not here.',
    ],
    figures: [...pages, ours('loader, gzip', loaderBytes), ours('visitor app, gzip', visitorAppBytes())],
    targets: [
      valueTarget('bytes before the chat is opened, gzip', loaderBytes, 'bytes', { op: '≤', value: 4_096 }),
      ratioTarget(
        `main-thread time of a page against ${livechatName}`,
        mainThread?.values.Usher ?? [],
        mainThread?.values[livechatName] ?? [],
        { op: '≤', value: 1 },
      ),
    ],
  }
}

const tagOf = ({ url, siteKey }: WidgetOptions['demo']): string => `${url}/w/${siteKey}.js`

function visitorAppBytes(): number {
  const files = readdirSync(dist).filter((name) => /^visitor\..*\.js\.gz$/.test(name))
  return files.reduce((sum, name) => sum + statSync(join(dist, name)).size, 0)
}

/** The empty page is what the browser itself costs. */
async function measurePages({ demo, rounds, log }: WidgetOptions): Promise<Rounds<PageCost>> {
  process.env.CHROME_PATH = await ensureChrome()
  await using pages = await servePages({ tag: tagOf(demo), livechat: await fetchLivechat() })
  const browser = await openBrowser()
  const sides = [
    { name: 'Usher', url: pages.usher, sought: 'usher-widget' },
    { name: livechatName, url: pages.livechat, sought: '#rocketchat-iframe' },
    { name: 'an empty page', url: pages.empty, sought: 'h1' },
  ]
  try {
    return await interleave({ sides, rounds, log, measure: (side) => measurePage(browser, side) })
  } finally {
    await browser.close()
  }
}

function figuresOf(measured: Rounds<PageCost>): Figure[] {
  const figure = (name: string, unit: string, read: (cost: PageCost) => number): Figure => ({ name, unit, values: pick(measured, read) })
  return [
    figure('requests', '', ({ requests }) => requests),
    figure('bytes sent', 'bytes', ({ bytes }) => bytes),
    figure('main thread, all it did', 'ms', ({ mainThreadMs }) => mainThreadMs),
    figure('main thread, scripts', 'ms', ({ scriptMs }) => scriptMs),
    figure('heap of the page', 'MB', ({ heapBytes }) => heapBytes / 1e6),
  ]
}
