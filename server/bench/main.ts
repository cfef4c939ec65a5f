import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { readDialogues } from '../replay/dialogues.ts'
import { createKeeper } from './machine/keeper.ts'
import { writeReport } from './report/write-report.ts'
import { type PartName, partNames, runParts } from './run-parts.ts'

const usage = `Measures Usher against what people would build instead, and against the floor of its own parts, in interleaved rounds.

  npm run bench -- [--only ${partNames.join(',')}]
                   [--rounds N]      rounds of latency, throughput, floor and history; default 5
                   [--seconds N]     how long a rate is held, default 3
                   [--rows N,N]      rows at which pages are read, default 1000000
                   [--idle N,N]      idle visitors, default 1000,5000,10000,20000
                   [--storm N]       visitors of the reconnect storm, default 5000
                   [--profile]       keeps a CPU profile of every server
                   [--file FILE]     dialogues, default examples/dialogues.jsonl
                   [--out FOLDER]    default server/bench/results`

const options = {
  only: { type: 'string', default: partNames.join(',') },
  rounds: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '3' },
  rows: { type: 'string', default: '1000000' },
  idle: { type: 'string', default: '1000,5000,10000,20000' },
  storm: { type: 'string', default: '5000' },
  profile: { type: 'boolean', default: false },
  file: { type: 'string', default: 'examples/dialogues.jsonl' },
  out: { type: 'string', default: 'server/bench/results' },
  help: { type: 'boolean', default: false },
} as const

async function main(): Promise<number> {
  const { values } = parseArgs({ options })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const rounds = positive('rounds', values.rounds)
  const only = values.only.split(',').map(partOf)
  const lines = (await readDialogues(values.file)).flatMap(({ turns }) => turns.map(({ text }) => text))
  const keeper = createKeeper()
  // Nothing that was started may outlive the bench.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void keeper.stopAll().finally(() => process.exit(130)))
  const run = {
    rounds,
    seconds: positive('seconds', values.seconds),
    sizes: values.rows.split(',').map((text) => positive('rows', text)),
    idle: values.idle.split(',').map((text) => positive('idle', text)),
    storm: positive('storm', values.storm),
    profileFolder: values.profile ? values.out : undefined,
    file: values.file,
    lines,
    log: (line: string) => console.error(`  ${line}`),
  }
  const results = await runParts(only, run, keeper).finally(keeper.stopAll)
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`
  const { text, met } = await writeReport({ ...results, machine, rounds, folder: values.out })
  console.log(text)
  return met ? 0 : 1
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(value >= 1)) throw new Error(`unable to measure; --${name} must be a positive number, not "${text}"`)
  return value
}

function partOf(name: string): PartName {
  const found = partNames.find((part) => part === name)
  if (found === undefined) throw new Error(`unable to measure "${name}"; parts are ${partNames.join(', ')}`)
  return found
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error)
    process.exit(2)
  },
)
