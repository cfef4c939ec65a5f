import { checkNode, ensurePackages, runProgram } from './prepare.mjs'

const [tool, ...args] = process.argv.slice(2)
if (tool === undefined) {
  process.stderr.write('unable to run a tool; none named. Usage: node server/bin/run.mjs <file.ts> [arguments]\n')
  process.exit(1)
}
checkNode()
await ensurePackages()
process.exitCode = await runProgram(process.execPath, ['--import', import.meta.resolve('tsx'), '--conditions=source', tool, ...args])
