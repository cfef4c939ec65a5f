/**
 * Builds everything drawn in a browser: `node widget/build.mjs [visitor] [console]` → `widget/dist/`.
 *
 *   loader.js             the classic script; the server puts a site's settings in place of `__USHER_SETTINGS__`
 *   visitor.<hash>.js     the chat, a module without further chunks
 *   console.<hash>.js     the agents' app, with its chunks
 *   manifest.json         { loader, visitor, console, files: { <name>: { bytes, gzip, brotli } } }, names relative to dist/
 *
 * Every file but the loader also comes as `.gz` and `.br`. Fails when a budget is broken.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import * as esbuild from 'esbuild'

const root = dirname(fileURLToPath(import.meta.url))
const settingsToken = '__USHER_SETTINGS__'

/** Of all files of a part together, gzip bytes. The loader is weighed with the settings of a site in it. [P1] */
const budgets = { loader: 4_096, visitor: 45 * 1_024 }

/** As long as a site's settings are likely to be. */
const sampleSettings = {
  siteKey: 'pk_abcdefghijklmnopqrstuvwx',
  baseUrl: 'https://support.a-rather-long-name.example.com',
  app: '/w/assets/visitor.ABCDEFGH.js',
  site: {
    name: 'The Grand Lighthouse Cinema',
    theme: { color: '#4f46e5', position: 'right' },
    texts: { title: 'Lighthouse box office', launcher: 'Questions? Chat with the box office' },
  },
}

const entries = { visitor: join(root, 'src/visitor/main.ts'), console: join(root, 'src/console/main.tsx') }

/** `*.css.ts` files export style sheets as strings: each is minified on the way in. */
const cssStrings = {
  name: 'css-strings',
  setup(build) {
    build.onLoad({ filter: /\.css\.ts$/ }, async ({ path }) => {
      const { outputFiles } = await esbuild.build({ entryPoints: [path], bundle: true, write: false, format: 'esm' })
      const sheets = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
      const lines = await Promise.all(
        Object.entries(sheets).map(async ([name, css]) => `export const ${name} = ${JSON.stringify(await minifyCss(css))}`),
      )
      return { contents: lines.join('\n'), loader: 'js' }
    })
  },
}

async function minifyCss(css) {
  const { code, warnings } = await esbuild.transform(css, { loader: 'css', minify: true, target: 'safari16.4', logLevel: 'silent' })
  if (warnings.length > 0) throw new Error(`unable to build; ${warnings[0].text} in a style sheet`)
  return code.trim()
}

const common = {
  bundle: true,
  minify: true,
  metafile: true,
  write: true,
  legalComments: 'none',
  charset: 'utf8',
  // `h` instead of the automatic runtime of tsconfig.json: the same elements in fewer bytes.
  jsxFactory: 'h',
  jsxFragment: 'Fragment',
  inject: [join(root, 'jsx-factory.mjs')],
  tsconfigRaw: { compilerOptions: { jsx: 'react', jsxFactory: 'h', jsxFragmentFactory: 'Fragment' } },
  conditions: ['source'],
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"' },
}

const buildLoader = (out) =>
  esbuild.build({
    ...common,
    entryPoints: [join(root, 'src/loader/main.ts')],
    outfile: join(out, 'loader.js'),
    format: 'iife',
    target: 'es2020',
    inject: [],
    plugins: [cssStrings],
  })

/** `entry` becomes `<name>.<hash>.js`; an app may have further chunks. */
const buildApp = (out, name, entry, plugins) =>
  esbuild.build({
    ...common,
    entryPoints: { [name]: entry },
    outdir: out,
    entryNames: '[name].[hash]',
    chunkNames: `${name}.[hash]`,
    assetNames: `${name}.[name].[hash]`,
    format: 'esm',
    target: 'es2022',
    splitting: true,
    drop: ['console'],
    plugins: [cssStrings, ...plugins],
  })

/** The transport is cut to what is used; see the plugin. */
async function transportPlugins() {
  const { cutNats } = await import('../sdk/build/cut-nats.mjs')
  return [cutNats()]
}

/** All of them, or the first failure, once none is under way any more. */
async function settle(builds) {
  await Promise.allSettled(Object.values(builds))
  return Promise.all(Object.entries(builds).map(async ([name, build]) => [name, await build]))
}

/** Name of the entry's file, and the gzip size of all files of a build. */
async function weigh(result, out) {
  const names = Object.keys(result.metafile.outputs).map((path) => relative(out, join(process.cwd(), path)))
  const sizes = await Promise.all(names.map(async (name) => (await zip(await readFile(join(out, name)))).length))
  const [entry] = Object.entries(result.metafile.outputs).find(([, output]) => output.entryPoint !== undefined)
  return { entry: relative(out, join(process.cwd(), entry)), gzip: sizes.reduce((sum, size) => sum + size, 0) }
}

const zip = (bytes) => promisify(gzip)(bytes, { level: 9 })
const brotli = (bytes) =>
  promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } })

/** What must hold of a build's inputs, whatever its size. */
function check(name, result, { gzip: size }) {
  const inputs = Object.values(result.metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs))
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path)
  const preacts = new Set(
    used.filter((path) => /preact\/(?:dist|src)\//.test(path)).map((path) => path.slice(0, path.lastIndexOf('preact/'))),
  )
  if (preacts.size > 1) throw new Error(`unable to build; ${name} holds ${preacts.size} copies of preact: ${[...preacts].join(', ')}`)
  const banned = used.find((path) => /node_modules\/(?:tweetnacl|zod)\//.test(path))
  if (banned) throw new Error(`unable to build; ${name} holds ${banned}`)
  const budget = budgets[name]
  if (budget !== undefined && size > budget) throw new Error(`unable to build; ${name} weighs ${size} bytes (gzip), allowed are ${budget}`)
}

/** The loader as a page receives it. */
async function sampleLoader(out) {
  const parts = (await readFile(join(out, 'loader.js'), 'utf8')).split(settingsToken)
  if (parts.length !== 2) throw new Error(`unable to build; the loader must name ${settingsToken} exactly once`)
  return parts.join(JSON.stringify(sampleSettings))
}

/** The unmodified transport sets `globalThis.nacl` on the customer's page. */
async function checkNoNacl(out, name) {
  if ((await readFile(join(out, name), 'utf8')).includes('nacl')) throw new Error(`unable to build; ${name} holds tweetnacl`)
}

async function compress(out) {
  const files = {}
  for (const name of (await readdir(out)).sort()) {
    const bytes = await readFile(join(out, name))
    const [gz, br] = await Promise.all([zip(bytes), brotli(bytes)])
    files[name] = { bytes: bytes.length, gzip: gz.length, brotli: br.length }
    if (name === 'loader.js') continue
    await Promise.all([writeFile(join(out, `${name}.gz`), gz), writeFile(join(out, `${name}.br`), br)])
  }
  return files
}

/** Builds into a fresh folder and puts it in place of the old one, so that a server never reads half a build. Returns the manifest. */
export async function buildWidget({ out = join(root, 'dist'), log = console.log, apps = ['visitor', 'console'] } = {}) {
  const fresh = `${out}.${process.pid}`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { recursive: true })
  try {
    const manifest = await buildAll(fresh, apps)
    await writeFile(join(fresh, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    await replaceFolder(out, fresh)
    for (const [name, { bytes, gzip: gz, brotli: br }] of Object.entries(manifest.files))
      log(`${name.padEnd(28)} ${bytes} B, gzip ${gz} B, brotli ${br} B`)
    return manifest
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

/** Two builds at once may both take the old one away; the later one stays. */
async function replaceFolder(out, fresh, tries = 5) {
  await rm(out, { recursive: true, force: true })
  try {
    await rename(fresh, out)
  } catch (error) {
    if (tries === 0 || !['ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error
    await replaceFolder(out, fresh, tries - 1)
  }
}

/** The text of one module with all it imports, as the apps are built; for pages of tests. */
export async function bundleModule(entry) {
  const { outputFiles } = await esbuild.build({
    ...common,
    entryPoints: [entry],
    write: false,
    format: 'esm',
    target: 'es2022',
    plugins: [cssStrings, ...(await transportPlugins())],
  })
  return outputFiles[0].text
}

async function buildAll(out, apps) {
  const plugins = await transportPlugins()
  const results = { loader: buildLoader(out) }
  for (const name of apps) results[name] = buildApp(out, name, entries[name], plugins)
  const manifest = {}
  for (const [name, result] of await settle(results)) {
    const weight = await weigh(result, out)
    if (name === 'loader') weight.gzip = (await zip(await sampleLoader(out))).length
    check(name, result, weight)
    manifest[name] = weight.entry
  }
  for (const name of apps) await checkNoNacl(out, manifest[name])
  return { ...manifest, files: await compress(out) }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const apps = process.argv.slice(2)
  await buildWidget(apps.length > 0 ? { apps } : {})
}
