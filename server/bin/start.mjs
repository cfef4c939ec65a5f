import { checkNode, ensurePackages } from './prepare.mjs'

checkNode()
await ensurePackages()
const { build } = await import('./build.mjs')
await build()
process.setSourceMapsEnabled(true)
await import('../dist/start.js')
