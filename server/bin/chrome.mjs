import { existsSync } from 'node:fs'
import { runProgram } from './prepare.mjs'

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

const hint = 'unable to run the browser tests; no Chrome or Chromium found. Install one, or set CHROME_PATH to its program'

/** The path of a Chrome or Chromium: the one named, an installed one, or Debian's, installed now when we are root. Throws when there is none. */
export async function ensureChrome() {
  const named = process.env.CHROME_PATH
  if (named) {
    if (existsSync(named)) return named
    throw new Error(`unable to run the browser tests; CHROME_PATH names ${named}, which is not there`)
  }
  return installed() ?? (await install())
}

const installed = () => places.find((path) => existsSync(path))

async function install() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new Error(hint)
  process.stdout.write('installing chromium …\n')
  const quiet = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await runProgram('apt-get', ['-qq', 'update'], quiet)
  await runProgram('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', 'chromium'], quiet)
  const path = installed()
  if (path === undefined) throw new Error(hint)
  return path
}
