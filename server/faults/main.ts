import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { catalogue } from './catalogue.ts'
import { formatCatalogue, formatChecker, formatPlants, isClean } from './format-report.ts'
import { type CheckerReport, runChecker } from './run-checker.ts'
import { runPlants } from './run-plants.ts'

const usage = `Lets real clients talk while things go wrong, heals everything, and compares what they did and saw with what is left.

  npm run faults -- [options]

  --seed N        repeats the faults of an earlier run    (a new one, printed)
  --minutes M     how long things go wrong                (8)
  --only F7,F23   only these faults; with --plants: only bugs whose name holds one of these words  (all)
  --visitors N    who write                               (20)
  --agents N      who answer                              (4)
  --settle S      seconds until all must be quiet again   (60)
  --plants        plants known bugs into copies of the tree, one at a time: each must be caught
  --out DIR       where results go                        (server/faults/results)`

const options = {
  seed: { type: 'string' },
  minutes: { type: 'string', default: '8' },
  only: { type: 'string' },
  visitors: { type: 'string', default: '20' },
  agents: { type: 'string', default: '4' },
  settle: { type: 'string', default: '60' },
  plants: { type: 'boolean', default: false },
  out: { type: 'string', default: join(import.meta.dirname, 'results') },
  help: { type: 'boolean', default: false },
} as const

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`unable to begin; --${name} must be a positive number, not "${text}"`)
  return value
}

async function check(values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values']): Promise<CheckerReport> {
  const seed = values.seed === undefined ? Math.ceil(Math.random() * 1_000_000) : positive('seed', values.seed)
  console.error(`seed ${seed}`)
  const began = Date.now()
  return runChecker({
    seed,
    minutes: positive('minutes', values.minutes),
    visitors: positive('visitors', values.visitors),
    agents: positive('agents', values.agents),
    settleMs: positive('settle', values.settle) * 1_000,
    ...(values.only !== undefined && { only: values.only.split(',') }),
    onTrouble: (words) => console.error(words),
    onStep: ({ faults, lastsMs }, index, of) => {
      const at = ((Date.now() - began) / 1_000).toFixed(0).padStart(4)
      console.error(`${at} s  ${index + 1}/${of}  ${faults.map(({ id }) => id).join(' + ')} for ${(lastsMs / 1_000).toFixed(1)} s`)
    },
  })
}

async function plantAll(out: string, names: string | undefined): Promise<number> {
  const report = await runPlants(resolve(import.meta.dirname, '../..'), (line) => console.error(line), names?.split(','))
  const page = formatPlants(report)
  console.log(page)
  await writeFile(join(out, 'plants.md'), page)
  await writeFile(join(out, 'plants.json'), `${JSON.stringify(report, null, 2)}\n`)
  return report.broken.length === 0 && report.plants.every(({ caught }) => caught !== undefined) ? 0 : 1
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options })
  if (values.help) {
    console.log(usage)
    return 0
  }
  await mkdir(values.out, { recursive: true })
  if (values.plants) return plantAll(values.out, values.only)
  const report = await check(values)
  const page = formatChecker(report)
  console.log(page)
  const times = new Map(report.faults.map(({ id, times }) => [id, times]))
  await writeFile(join(values.out, 'faults.md'), `${page}\n${formatCatalogue(catalogue, times)}`)
  const { evidence, ...told } = report
  await writeFile(join(values.out, 'faults.json'), `${JSON.stringify(told, null, 2)}\n`)
  if (isClean(report)) return 0
  const file = join(tmpdir(), `usher-faults-${report.seed}.json`)
  await writeFile(file, JSON.stringify({ ...evidence, observed: { ...evidence.observed, copies: [...evidence.observed.copies] } }))
  console.error(`What was seen stands in ${file}.`)
  return 1
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(2)
  },
)
