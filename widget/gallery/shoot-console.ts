/** Photographs scenes: `tsx widget/gallery/shoot-console.ts <folder> [scene …]`. */
import { scenes } from '../src/console/gallery/scenes.ts'
import { openBrowser } from '../test/open-browser.ts'
import { serveConsole } from './serve-console.ts'

const looks = {
  light: { viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  medium: { viewport: { width: 1024, height: 768 }, colorScheme: 'light' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  rtl: { viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
} as const

const [folder = '.', ...wanted] = process.argv.slice(2)
const gallery = await serveConsole()
const browser = await openBrowser()
try {
  for (const choice of wanted.length > 0 ? wanted : Object.keys(scenes).map((name) => `${name}:light`)) {
    const [name = '', look = 'light'] = choice.split(':')
    const page = await browser.newPage({ ...looks[look as keyof typeof looks] })
    page.on('console', (line) => line.type() === 'error' && console.error(`${choice}: ${line.text()}`))
    page.on('pageerror', (error) => console.error(`${choice}: ${error.stack}`))
    await page.goto(`${gallery.url}?scene=${name}${look === 'rtl' ? '&dir=rtl' : ''}`)
    await page.waitForSelector('#usher > *')
    await page.waitForTimeout(400)
    await page.screenshot({ path: `${folder}/${name}-${look}.png` })
    await page.close()
  }
} finally {
  await browser.close()
  await gallery.close()
}
