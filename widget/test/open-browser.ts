import { type Browser, chromium } from 'playwright-core'

/** Nothing that talks to anybody by itself, and no sandbox, which root cannot have. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** Chromium: the one `CHROME_PATH` names (`npm test` sets it), or Debian's. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium', args: quiet })
