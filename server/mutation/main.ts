import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type MutationReport, scoreTable } from './score-table.ts'

/**
 * Plants small faults in the pure modules, one at a time, and counts those that no test notices: `npm run mutation [-- FILE …]`. Exits 1
 * below the score that `stryker.config.mjs` asks for.
 */
const version = '9.6.1'
const root = join(import.meta.dirname, '..', '..')
const stryker = join(root, 'node_modules', '@stryker-mutator', 'core')
const results = join(import.meta.dirname, 'results')
const report = join(root, '.usher', 'mutation.json')

if (!existsSync(stryker)) install()
rmSync(report, { force: true })
const files = process.argv.slice(2)
const only = files.length > 0 ? ['--mutate', files.join(',')] : []
const code = run(process.execPath, [join(stryker, 'bin', 'stryker.js'), 'run', ...only, 'server/mutation/stryker.config.mjs'])
if (existsSync(report)) {
  const { files: mutated } = JSON.parse(readFileSync(report, 'utf8')) as { files: MutationReport }
  const table = scoreTable(mutated)
  process.stdout.write(`\n${table}`)
  if (files.length === 0) {
    mkdirSync(results, { recursive: true })
    writeFileSync(join(results, 'mutation.md'), table)
  }
}
process.exitCode = code

/** Not among the packages of every installation: sixty megabytes that only this command needs. */
function install(): void {
  const packages = ['core', 'vitest-runner'].map((name) => `@stryker-mutator/${name}@${version}`)
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const code = run(npm, ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', ...packages])
  if (code !== 0) throw new Error('unable to measure the tests; Stryker cannot be installed')
}

function run(command: string, args: readonly string[]): number {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status ?? 1
}
