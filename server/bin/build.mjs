import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build as bundle } from 'esbuild'
import { root } from './prepare.mjs'

const server = join(root, 'server')

/** Builds the server and what browsers load. Throws when a build or one of its budgets fails. */
export async function build() {
  await Promise.all([buildServer(), buildBrowserParts()])
}

async function buildServer() {
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
  await buildWidget({ log: () => {} })
}

if (process.argv[1] === import.meta.filename) await build()
