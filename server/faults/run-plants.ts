import { spawn } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { copyTree } from './copy-tree.ts'
import { type Plant, type PlantCheck, plantInto, plants } from './plants.ts'
import type { CheckerReport } from './run-checker.ts'

/** What became of a planted bug. */
export interface PlantResult {
  name: string
  file: string
  /** What was run, in words. */
  check: string
  /** What the check said of the bug; undefined: it was not caught. */
  caught?: string
  seconds: number
}

export interface PlantsReport {
  plants: PlantResult[]
  /** Checks that fail on the tree as it is: then they prove nothing. */
  broken: string[]
}

/** What one run of a check said: nothing, or what is wrong. */
type Verdict = { ok: true } | { ok: false; because: string }

/** The checker's seed, so that a run can be repeated. */
const seed = 1
/** Longest a check may take, ms. */
const limitMs = 300_000

/**
 * Runs every check on an unspoilt copy of the tree, then plants one bug at a time and runs its check again, which must fail.
 * `names`: only plants whose name holds one of them.
 */
export async function runPlants(root: string, tell: (line: string) => void, names: readonly string[] = ['']): Promise<PlantsReport> {
  const chosen = plants.filter((plant) => names.some((name) => plant.name.includes(name)))
  await using copy = await copyTree(root)
  const broken: string[] = []
  for (const check of new Map(chosen.map((plant) => [wordsOf(plant.check), plant.check])).values()) {
    const verdict = await judge(copy.root, check, tell)
    tell(`${verdict.ok ? 'passes' : 'FAILS'} without a bug: ${wordsOf(check)}`)
    if (!verdict.ok) broken.push(`${wordsOf(check)}: ${verdict.because}`)
  }
  const results: PlantResult[] = []
  for (const plant of chosen) {
    const result = await runPlant(copy.root, plant, tell)
    tell(`${result.caught === undefined ? 'NOT caught' : 'caught'}: ${plant.name} (${result.seconds} s)`)
    results.push(result)
  }
  return { plants: results, broken }
}

async function runPlant(root: string, plant: Plant, tell: (line: string) => void): Promise<PlantResult> {
  const path = join(root, plant.file)
  const text = await readFile(path, 'utf8')
  const since = Date.now()
  await writeFile(path, plantInto(text, plant))
  try {
    const verdict = await judge(root, plant.check, tell)
    const seconds = Math.round((Date.now() - since) / 1_000)
    return { name: plant.name, file: plant.file, check: wordsOf(plant.check), seconds, ...(!verdict.ok && { caught: verdict.because }) }
  } finally {
    await writeFile(path, text)
  }
}

export const wordsOf = (check: PlantCheck): string =>
  check.by === 'faults' ? `faults ${check.only}, seed ${seed}` : `${check.file} “${check.name}”`

/** A check that could not be carried out on a busy machine is no verdict; it is run once more. */
async function judge(root: string, check: PlantCheck, tell: (line: string) => void): Promise<Verdict> {
  try {
    return await runCheck(root, check)
  } catch (error) {
    tell(`again: ${wordsOf(check)}; ${error instanceof Error ? error.message : error}`)
    return runCheck(root, check)
  }
}

const runCheck = (root: string, check: PlantCheck): Promise<Verdict> =>
  check.by === 'faults' ? runFaults(root, check.only) : runTest(root, check)

async function runFaults(root: string, only: string): Promise<Verdict> {
  const out = join(root, 'plant-results')
  const args = [
    '--seed',
    `${seed}`,
    '--minutes',
    '0.15',
    '--visitors',
    '8',
    '--agents',
    '2',
    // Longer than a client waits between two dials.
    '--settle',
    '60',
    '--only',
    only,
    '--out',
    out,
  ]
  const loader = pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href
  const { code, text } = await run(root, ['--import', loader, '--conditions=source', 'server/faults/main.ts', ...args])
  if (code === 0) return { ok: true }
  if (code !== 1) throw new Error(`unable to judge; the checker itself failed:\n${text.slice(-2_000)}`)
  const report = JSON.parse(await readFile(join(out, 'faults.json'), 'utf8')) as Pick<CheckerReport, 'invariants'>
  await rm(out, { recursive: true, force: true })
  const violated = report.invariants.filter(({ violations }) => violations.length > 0)
  return { ok: false, because: violated.map(({ id, violations }) => `${id}: ${violations.length} violations`).join(', ') }
}

async function runTest(root: string, { ring, file, name }: Extract<PlantCheck, { by: 'test' }>): Promise<Verdict> {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', ring, file, '-t', name, '--reporter=json']
  const { code, text } = await run(root, args)
  if (code === 0) return { ok: true }
  const report = JSON.parse(text.slice(text.indexOf('{"num'), text.lastIndexOf('}') + 1)) as { numFailedTests: number }
  if (report.numFailedTests === 0) throw new Error(`unable to judge; no test of ${file} ran:\n${text.slice(-2_000)}`)
  return { ok: false, because: `${report.numFailedTests} tests fail` }
}

/** Runs a program of Node in that folder; killed when it takes too long, which is no verdict. */
function run(cwd: string, args: readonly string[]): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, text }))
  })
}
