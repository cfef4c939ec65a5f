import { checkNode, ensurePackages } from './prepare.mjs'

checkNode()
await ensurePackages()
const { buildIfChanged } = await import('./build.mjs')
try {
  await buildIfChanged()
} catch (error) {
  process.stderr.write(`unable to build Usher; ${error.message}\n`)
  process.exit(1)
}
process.setSourceMapsEnabled(true)
await import('../dist/start.js')
