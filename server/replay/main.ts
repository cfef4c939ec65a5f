import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Demo } from './cast.ts'
import { readDialogues } from './dialogues.ts'
import { startOwnStack } from './own-stack.ts'
import { type PlayOptions, play } from './play.ts'
import { formatReport, succeeded } from './report.ts'

const usage = `Plays dialogues through real clients, both sides, and compares what was said with what is stored.

  npm run replay -- [options]

  --file FILE      dialogues, one JSON object a line      (examples/dialogues.jsonl)
  --limit N        play only the first N dialogues        (all)
  --visitors N     dialogues that run at once             (10)
  --speed N        times faster than people               (20)
  --url URL        a running Usher; without it a stack of its own is started
  --demo FILE      its logins                             (.usher/demo.json)
  --json           print the report as JSON`

const options = {
  file: { type: 'string', default: 'examples/dialogues.jsonl' },
  limit: { type: 'string' },
  visitors: { type: 'string', default: '10' },
  speed: { type: 'string', default: '20' },
  url: { type: 'string' },
  demo: { type: 'string', default: '.usher/demo.json' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`unable to replay; --${name} must be a positive number, not "${text}"`)
  return value
}

/** A bar where somebody watches, a line every 200 dialogues where nobody does. */
function showProgress(total: number): NonNullable<PlayOptions['onProgress']> {
  const width = 30
  let told = 0
  return ({ dialogues, messages }) => {
    if (process.stderr.isTTY) {
      const full = Math.round((dialogues / total) * width)
      process.stderr.write(`\r  ${'█'.repeat(full)}${'░'.repeat(width - full)}  ${dialogues}/${total} dialogues, ${messages} messages `)
      if (dialogues === total) process.stderr.write('\n')
    } else if (dialogues >= told + 200) {
      told = dialogues
      console.error(`  ${dialogues}/${total} dialogues, ${messages} messages`)
    }
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const limit = values.limit === undefined ? undefined : positive('limit', values.limit)
  const dialogues = await readDialogues(values.file, limit)
  const stack = values.url ? undefined : await startOwnStack({ env: { USHER_HANDSHAKES: '100000' } })
  try {
    const demo = stack?.demo ?? {
      ...(JSON.parse(await readFile(values.demo, 'utf8')) as Demo),
      url: String(values.url).replace(/\/+$/, ''),
    }
    console.error(`Replaying ${dialogues.length} dialogues on ${demo.url}`)
    const report = await play({
      demo,
      dialogues,
      visitors: positive('visitors', values.visitors),
      speed: positive('speed', values.speed),
      onProgress: showProgress(dialogues.length),
    })
    console.log(values.json ? JSON.stringify(report, null, 2) : formatReport(report))
    return succeeded(report) ? 0 : 1
  } finally {
    await stack?.stop()
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(2)
  },
)
