import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureChrome } from '../bin/chrome.mjs'
import { attacks } from './cases.ts'
import { openGround } from './kit/ground.ts'
import { markdownReport, screenLines, summaryLine } from './report.ts'
import { runAttacks } from './run-attacks.ts'

const usage = `Attacks the whole product, over real sockets, HTTP and Chromium.

  npm run attacks              all cases; writes server/attacks/results/
  npm run attacks -- S6 S30    only these; writes nothing`

const results = join(import.meta.dirname, 'results')

async function main(names: readonly string[]): Promise<number> {
  if (names.includes('--help')) {
    console.log(usage)
    return 0
  }
  const wanted = names.map((name) => name.toUpperCase())
  const unknown = wanted.filter((name) => !attacks.some(({ id }) => id === name))
  if (unknown.length > 0) throw new Error(`unable to attack; there is no case ${unknown.join(', ')}`)
  const chosen = wanted.length === 0 ? attacks : attacks.filter(({ id }) => wanted.includes(id))
  // Where `openBrowser` looks for it.
  process.env.CHROME_PATH = await ensureChrome()
  await using ground = await openGround()
  console.log(`Attacking ${ground.url}\n`)
  const found = await runAttacks(chosen, ground, (result) => console.log(screenLines(result).join('\n')))
  if (wanted.length === 0) {
    const at = new Date()
    await mkdir(results, { recursive: true })
    await writeFile(join(results, 'attacks.md'), markdownReport(found, at))
    await writeFile(join(results, 'attacks.json'), `${JSON.stringify({ at: at.toISOString(), results: found }, undefined, 2)}\n`)
  }
  console.log(`\n${summaryLine(found)}`)
  return found.some(({ verdict }) => verdict === 'FAIL') ? 1 : 0
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(2)
  },
)
