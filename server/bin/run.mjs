import { checkNode, ensurePackages, runProgram } from './prepare.mjs'

const usage = 'Usage: node server/bin/run.mjs [--built] <file.ts> [arguments]'

const isBuilt = process.argv[2] === '--built'
const [tool, ...args] = process.argv.slice(isBuilt ? 3 : 2)
if (tool === undefined) {
  process.stderr.write(`unable to run a tool; none named. ${usage}\n`)
  process.exit(1)
}
checkNode()
await ensurePackages()
// Speed is that of the SDK as it is published, not of sources that are translated on the way.
if (isBuilt) await (await import('../../sdk/build.mjs')).buildSdk()
const conditions = isBuilt ? [] : ['--conditions=source']
process.exitCode = await runProgram(process.execPath, ['--import', import.meta.resolve('tsx'), ...conditions, tool, ...args])
