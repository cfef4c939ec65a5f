import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.ts'

/** The release taken where no package mirror has one. */
const release = '2.15.1'
const releases = 'https://github.com/nats-io/nats-server/releases/download'

/**
 * Downloads the official release for this platform into `dir`, checks it against the published SHA-256 and unpacks it.
 * Undefined when there is none for this platform.
 */
export async function fetchFromGithub(dir: string, from = `${releases}/v${release}`): Promise<string | undefined> {
  const name = releaseName(process.platform, process.arch)
  if (name === undefined) return undefined
  const file = `${name}.tar.gz`
  const [sums, archive] = await Promise.all([download(`${from}/SHA256SUMS`), download(`${from}/${file}`)])
  const expected = sumOf(sums.toString('utf8'), file)
  if (expected === undefined) throw new Error(`unable to trust ${file}; the release names no checksum for it`)
  if (createHash('sha256').update(archive).digest('hex') !== expected) throw new Error(`unable to trust ${file}; its checksum is wrong`)
  writeFileSync(join(dir, file), archive)
  await run('tar', ['-xzf', file], { cwd: dir })
  const path = join(dir, name, process.platform === 'win32' ? 'nats-server.exe' : 'nats-server')
  return existsSync(path) ? path : undefined
}

/** What the release calls a platform: `nats-server-v2.15.1-linux-amd64`. */
export function releaseName(platform: string, arch: string): string | undefined {
  const system = new Map([
    ['linux', 'linux'],
    ['darwin', 'darwin'],
    ['win32', 'windows'],
  ]).get(platform)
  const machine = new Map([
    ['x64', 'amd64'],
    ['arm64', 'arm64'],
  ]).get(arch)
  return system === undefined || machine === undefined ? undefined : `nats-server-v${release}-${system}-${machine}`
}

/** The checksum of one file in a `SHA256SUMS`. */
export function sumOf(sums: string, file: string): string | undefined {
  return sums
    .split('\n')
    .map((line) => line.trim().split(/\s+\*?/))
    .find(([, name]) => name === file)?.[0]
}

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(120_000) })
  if (!response.ok) throw new Error(`unable to download ${url}; the answer was ${response.status}`)
  return Buffer.from(await response.arrayBuffer())
}
