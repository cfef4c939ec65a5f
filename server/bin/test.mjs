import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { ensureChrome } from './chrome.mjs'
import { checkNode, ensurePackages, root, runProgram } from './prepare.mjs'

/** Proves everything: each stage prints its own report, the last line says `N passed, N failed`. */
const architecture = 'server/test/architecture.test.ts'
const stages = [
  { name: 'types', run: () => tool('typescript/bin/tsc', ['-p', '.']) },
  { name: 'lint', run: () => tool('@biomejs/biome/bin/biome', ['check', '.']) },
  { name: 'unused code', run: () => tool('knip/bin/knip.js', []) },
  { name: 'architecture', run: () => vitest(['--project', 'unit', architecture]) },
  { name: 'build and sizes', run: () => program([join(root, 'server', 'bin', 'build.mjs')]) },
  { name: 'unit', run: () => vitest(['--project', 'unit', '--exclude', architecture]) },
  { name: 'real', run: () => vitest(['--project', 'real']) },
  { name: 'browser', run: async () => vitest(['--project', 'browser'], { CHROME_PATH: await ensureChrome() }) },
]

checkNode()
await ensurePackages()
const reports = mkdtempSync(join(tmpdir(), 'usher-test-'))
const results = []
for (const { name, run } of stages) {
  process.stdout.write(`\n── ${name}\n`)
  const since = Date.now()
  const counts = await run().catch((error) => {
    process.stderr.write(`${error.message}\n`)
    return { passed: 0, failed: 1 }
  })
  results.push({ name, ...counts, seconds: (Date.now() - since) / 1000 })
}
rmSync(reports, { recursive: true, force: true })

const total = (what) => results.reduce((sum, result) => sum + result[what], 0)
process.stdout.write('\n')
for (const { name, passed, failed, seconds } of results) {
  const counts = `${passed} passed, ${failed} failed`
  process.stdout.write(`  ${failed === 0 ? '✓' : '✗'} ${name.padEnd(18)}${counts.padEnd(26)}${seconds.toFixed(1)} s\n`)
}
for (const { failures = [] } of results) for (const failure of failures) process.stdout.write(`\n${failure}\n`)
process.stdout.write(`\n${total('passed')} passed, ${total('failed')} failed\n`)
process.exitCode = total('failed') === 0 ? 0 : 1

/** A tool of the npm packages: one test, passed when it ends well. */
function tool(path, args) {
  return program([join(root, 'node_modules', path), ...args])
}

async function program(args) {
  const code = await runProgram(process.execPath, args)
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/** A ring of tests, counted from vitest's own report. A file that does not even load is a failure too. */
async function vitest(args, env = {}) {
  const report = join(reports, `${results.length}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const path = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const code = await runProgram(process.execPath, [path, 'run', ...args, ...reporters], { ...process.env, ...env })
  const { numPassedTests: passed, numFailedTests: failed, testResults } = JSON.parse(readFileSync(report, 'utf8'))
  return { passed, failed: code === 0 ? failed : Math.max(1, failed), failures: testResults.flatMap(failuresOf) }
}

/** Said again at the end, where whoever reads only the last page of a long run finds them. */
function failuresOf({ name, message, assertionResults }) {
  const file = relative(root, name)
  const failed = assertionResults.filter(({ status }) => status === 'failed')
  const tests = failed.map(({ fullName, failureMessages }) => `✗ ${file} > ${fullName}\n${failureMessages.join('\n')}`)
  return tests.length === 0 && message !== '' ? [`✗ ${file}\n${message}`] : tests
}
