/** Builds the page: `node examples/movie-tickets/build.mjs` → `examples/movie-tickets/dist/`. */
import { cp, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = dirname(fileURLToPath(import.meta.url))
const page = join(root, 'src/page')

export async function buildDemo({ out = join(root, 'dist') } = {}) {
  await rm(out, { recursive: true, force: true })
  await mkdir(out, { recursive: true })
  const files = ['index.html', 'icon.svg', 'posters']
  await Promise.all([
    ...files.map((name) => cp(join(page, name), join(out, name), { recursive: true })),
    build({
      entryPoints: [join(page, 'tickets.ts'), join(page, 'tickets.css')],
      outdir: out,
      bundle: true,
      minify: true,
      format: 'esm',
      target: ['es2022', 'safari16.4'],
      logLevel: 'warning',
    }),
  ])
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildDemo()
