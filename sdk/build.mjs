import { execFile } from 'node:child_process'
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { cutNats, natsNotice } from './build/cut-nats.mjs'

const root = import.meta.dirname
const out = join(root, 'dist')
const require = createRequire(import.meta.url)

/** Largest size of what a visitor's page loads of the SDK, gzip bytes, everything in it. */
export const visitorBudget = 30_000

/** Builds the package: ES modules, their types, and the licence of what is bundled. Throws when the budget is broken. */
export async function buildSdk() {
  await rm(out, { recursive: true, force: true })
  await mkdir(out, { recursive: true })
  await Promise.all([bundle(), declare(), copyFile(natsLicence(), join(out, 'nats.ws.LICENSE.txt'))])
  const visitor = await measureVisitor()
  if (visitor > visitorBudget)
    throw new Error(`unable to build the SDK; the visitor's part is ${visitor} bytes, ${visitorBudget} are allowed`)
  return { visitor }
}

function bundle() {
  return build({
    entryPoints: { index: src('index'), visitor: src('visitor'), agent: src('agent'), 'protocol/index': src('protocol/index') },
    outdir: out,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    target: 'es2022',
    sourcemap: true,
    external: ['valibot'],
    plugins: [cutNats()],
    banner: { js: natsNotice },
    legalComments: 'none',
    logLevel: 'warning',
  })
}

async function declare() {
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
  await promisify(execFile)(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')]).catch((error) => {
    throw new Error(`unable to write the types of the SDK; ${error.stdout}`)
  })
}

/** As a page would load it: one file, minified. Gzip bytes. */
async function measureVisitor() {
  const { outputFiles } = await build({
    entryPoints: [src('visitor')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['source'],
    plugins: [cutNats()],
    legalComments: 'none',
  })
  return gzipSync(outputFiles[0].contents, { level: 9 }).length
}

const src = (name) => join(root, 'src', `${name}.ts`)

const natsLicence = () => join(dirname(require.resolve('nats.ws')), '../LICENSE')

if (process.argv[1] === import.meta.filename) {
  const { visitor } = await buildSdk()
  process.stdout.write(`sdk: the visitor's part is ${visitor} bytes (gzip)\n`)
}
