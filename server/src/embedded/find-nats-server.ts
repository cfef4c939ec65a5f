import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { atLeast } from './at-least.ts'
import { fetchFromDebian } from './fetch-from-debian.ts'
import { fetchFromGithub } from './fetch-from-github.ts'
import { oldestNatsServer } from './oldest-nats-server.ts'
import { run } from './run.ts'

/** A nats-server that runs on this machine. */
export type NatsServer = Readonly<{ path: string; version: string }>

/** Puts a nats-server into `dir` and gives its path; undefined when this machine has no such source. */
export type NatsSource = (dir: string) => Promise<string | undefined>

/**
 * Finds nats-server: the one named, the one on PATH, the one fetched before, or a fresh download into `cacheDir`.
 * A named one that is missing or too old is an error; any other is passed over.
 */
export async function findNatsServer(options: {
  /** `NATS_SERVER_BIN`. */
  named?: string | undefined
  /** `PATH`. */
  searchPath: string
  /** Folder of what was fetched, such as `.usher/bin`. */
  cacheDir: string
  log: (line: string) => void
  sources?: readonly NatsSource[]
}): Promise<NatsServer> {
  const { named, searchPath, cacheDir, log, sources = [fetchFromDebian, fetchFromGithub] } = options
  if (named !== undefined) return namedServer(named)
  const cached = join(cacheDir, 'nats-server')
  const places = searchPath.split(delimiter).filter((folder) => folder !== '')
  for (const path of [...places.map((folder) => join(folder, 'nats-server')), cached]) {
    const version = existsSync(path) ? await versionOf(path) : undefined
    if (version !== undefined && atLeast(version, oldestNatsServer)) return { path, version }
  }
  log('fetching nats-server …')
  return fetchInto(cached, cacheDir, sources)
}

/** The version a nats-server says it has; undefined when it does not run here. */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    return /v(\d+\.\d+\.\d+\S*)/.exec(await run(path, ['--version'], { timeoutMs: 10_000 }))?.[1]
  } catch {
    return undefined
  }
}

async function namedServer(path: string): Promise<NatsServer> {
  const version = await versionOf(path)
  if (version === undefined) throw new Error(`unable to start nats-server; NATS_SERVER_BIN names ${path}, which does not run`)
  if (!atLeast(version, oldestNatsServer)) {
    throw new Error(`unable to start nats-server; ${path} is ${version}, Usher needs ${oldestNatsServer} or newer`)
  }
  return { path, version }
}

async function fetchInto(cached: string, cacheDir: string, sources: readonly NatsSource[]): Promise<NatsServer> {
  mkdirSync(cacheDir, { recursive: true })
  const reasons: string[] = []
  for (const source of sources) {
    const dir = mkdtempSync(join(cacheDir, 'fetch-'))
    try {
      const path = await source(dir)
      const version = path === undefined ? undefined : await versionOf(path)
      if (path === undefined || version === undefined || !atLeast(version, oldestNatsServer)) continue
      // By way of a rename: two starts at once must never see half a file.
      const whole = join(dir, 'nats-server.whole')
      copyFileSync(path, whole)
      chmodSync(whole, 0o755)
      renameSync(whole, cached)
      return { path: cached, version }
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error))
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }
  const why = reasons.length === 0 ? 'no package for this machine' : reasons.join('; ')
  throw new Error(`unable to fetch nats-server; ${why}. Install nats-server ${oldestNatsServer} or newer, or set NATS_SERVER_BIN`)
}
