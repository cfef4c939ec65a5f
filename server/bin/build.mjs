import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './prepare.mjs'

const server = join(root, 'server')
/** Written when a build has succeeded: it is as old as what was built. */
const stamp = join(server, 'dist', 'built')
const demo = 'examples/movie-tickets'
const sources = [
  'sdk/src',
  'sdk/build',
  'widget/src',
  'widget/build.mjs',
  `${demo}/src`,
  `${demo}/build.mjs`,
  'server/src',
  'server/bin/build.mjs',
  'package-lock.json',
]

/** Builds the server and what browsers load. Throws when a build or one of its budgets fails. */
export async function build() {
  rmSync(stamp, { force: true })
  const since = new Date()
  await Promise.all([buildServer(), buildBrowserParts()])
  writeFileSync(stamp, since.toISOString())
}

/** Builds, unless nothing has changed since the last time. */
export async function buildIfChanged() {
  const built = existsSync(stamp) ? Date.parse(readFileSync(stamp, 'utf8')) : 0
  if (sources.some((source) => newestIn(join(root, source)) >= built)) await build()
}

async function buildServer() {
  const { build: bundle } = await import('esbuild')
  const { dependencies } = JSON.parse(readFileSync(join(server, 'package.json'), 'utf8'))
  await bundle({
    entryPoints: { main: join(server, 'src/main.ts'), start: join(server, 'src/embedded/main.ts') },
    outdir: join(server, 'dist'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: true,
    // Our own workspaces are bundled from their sources; what npm installed stays where it is.
    conditions: ['source'],
    external: Object.keys(dependencies).flatMap((name) => [name, `${name}/*`]),
    logLevel: 'warning',
  })
}

async function buildBrowserParts() {
  const { buildWidget } = await import('../../widget/build.mjs')
  const { buildDemo } = await import('../../examples/movie-tickets/build.mjs')
  await Promise.all([buildWidget({ log: () => {} }), buildDemo()])
}

/** When anything in a folder, or the file itself, was changed last, ms. A folder changes when something in it is added or removed. */
function newestIn(path) {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 0
  const below = found.isDirectory() ? readdirSync(path).map((name) => newestIn(join(path, name))) : []
  return Math.max(found.mtimeMs, ...below)
}

if (process.argv[1] === import.meta.filename) await build()
