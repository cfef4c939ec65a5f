import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from '../../src/embedded/run.ts'

/** A redis-server that runs here, and where its libraries are when they were unpacked beside it. */
export interface Redis {
  path: string
  libraries: string | undefined
}

/** What Debian's redis-server needs besides the C library. */
const packages = [
  'redis-server',
  'redis-tools',
  'libjemalloc2',
  'liblua5.1-0',
  'liblzf1',
  'lua-bitop',
  'lua-cjson',
  'libssl3',
  'libatomic1',
]

/** The redis-server on PATH, the one unpacked before, or Debian's, downloaded (not installed) into `dir`. */
export async function findRedis(options: { searchPath: string; dir: string }): Promise<Redis> {
  const { searchPath, dir } = options
  const onPath = searchPath.split(delimiter).map((folder) => join(folder, 'redis-server'))
  const path = onPath.find((candidate) => existsSync(candidate))
  if (path !== undefined) return { path, libraries: undefined }
  const unpacked = join(dir, 'usr/bin/redis-server')
  if (!existsSync(unpacked)) await unpack(dir)
  if (!existsSync(unpacked)) throw new Error('unable to start Redis; there is no redis-server on PATH, and no Debian package of it')
  return { path: unpacked, libraries: librariesOf(dir) }
}

async function unpack(dir: string): Promise<void> {
  const debs = join(dir, 'debs')
  mkdirSync(debs, { recursive: true })
  // A fresh machine has no lists of packages yet; only root may fetch them, and whoever is not may have them already.
  await run('apt-get', ['-q', 'update'], { timeoutMs: 120_000 }).catch(() => {})
  for (const name of packages) await run('apt-get', ['-q', 'download', name], { cwd: debs, timeoutMs: 120_000 }).catch(() => {})
  for (const file of readdirSync(debs)) await run('dpkg', ['-x', join(debs, file), dir])
}

function librariesOf(dir: string): string {
  const folder = join(dir, 'usr/lib')
  return readdirSync(folder)
    .filter((name) => name.endsWith('-linux-gnu'))
    .map((name) => join(folder, name))
    .join(delimiter)
}
