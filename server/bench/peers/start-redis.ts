import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readStartConfig } from '../../src/config.ts'
import { freePort } from '../../src/embedded/free-port.ts'
import { projectFolder } from '../../src/embedded/home.ts'
import { startChild } from '../../src/embedded/start-child.ts'
import { waitForPort } from '../../test/wait-for.ts'
import { findRedis } from './find-redis.ts'

export interface RedisServer {
  url: string
  pid: number
  stop(): Promise<void>
}

const find = () => findRedis({ searchPath: readStartConfig(process.env).PATH, dir: join(projectFolder(), '.usher', 'redis') })

/** Whether this machine has a redis-server, or gets one. */
export const canHaveRedis = (): Promise<boolean> =>
  find().then(
    () => true,
    () => false,
  )

/** Redis on a free port of loopback. It only passes messages on: Postgres is the part that keeps them, so it writes nothing to disk. */
export async function startRedis(): Promise<RedisServer> {
  const { PATH } = readStartConfig(process.env)
  const { path, libraries } = await find()
  const dir = mkdtempSync(join(tmpdir(), 'usher-redis-'))
  const port = await freePort()
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'no', '--tcp-backlog', '511']
  const env = libraries === undefined ? { PATH } : { PATH, LD_LIBRARY_PATH: libraries }
  const child = await startChild({ name: 'Redis', command: path, args, env })
  await waitForPort(port, child)
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid,
    async stop() {
      await child.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
