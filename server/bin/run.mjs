import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkNode, ensurePackages, root, runProgram } from './prepare.mjs'

const [tool, ...args] = process.argv.slice(2)
if (tool === undefined) {
  process.stderr.write('unable to run a tool; none named. Usage: node server/bin/run.mjs <file.ts> [arguments]\n')
  process.exit(1)
}
checkNode()
await ensurePackages()
const tsx = pathToFileURL(join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href
process.exitCode = await runProgram(process.execPath, ['--import', tsx, '--conditions=source', tool, ...args])
