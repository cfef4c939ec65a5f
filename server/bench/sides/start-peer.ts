import { randomBytes } from 'node:crypto'
import { freePort } from '../../src/embedded/free-port.ts'
import { forkProgram, type Program } from '../machine/fork-program.ts'
import type { PeerSettings } from '../peers/peer-settings.ts'
import { startPeerPostgres } from '../peers/start-peer-postgres.ts'
import { type RedisServer, startRedis } from '../peers/start-redis.ts'
import type { Side } from './side.ts'

const peers = {
  'socket-io': { name: 'Socket.IO + Redis + Postgres', entry: 'peers/socket-io/server.ts', redis: true },
  'listen-notify': { name: 'ws + LISTEN/NOTIFY', entry: 'peers/listen-notify/server.ts', redis: false },
} as const

export type PeerKind = keyof typeof peers

export const peerNames: Record<PeerKind, string> = { 'socket-io': peers['socket-io'].name, 'listen-notify': peers['listen-notify'].name }

/** What people would build instead, with a Postgres (and a Redis) of its own. */
export async function startPeer(kind: PeerKind): Promise<Side> {
  const { name, entry, redis: withRedis } = peers[kind]
  const postgres = await startPeerPostgres()
  const redis = withRedis ? await startRedis() : undefined
  const settings: PeerSettings = {
    databaseUrl: postgres.url,
    ...(redis && { redisUrl: redis.url }),
    secret: randomBytes(16).toString('hex'),
    port: await freePort(),
  }
  const inspectPort = await freePort()
  const start = () => startServer(entry, kind, settings, inspectPort)
  let server = await start()
  return {
    name,
    target: { kind, urls: [`http://127.0.0.1:${settings.port}`], secret: settings.secret },
    processes: () => processesOf(server, postgres.pid, redis),
    async killServer() {
      server.kill('SIGKILL')
      await server.ended
      server = await start()
    },
    inspectPort,
    databaseUrl: postgres.url,
    async stop() {
      await server.stop()
      await Promise.all([redis?.stop(), postgres.stop()])
    },
  }
}

async function startServer(entry: string, name: string, settings: PeerSettings, inspectPort: number): Promise<Program> {
  const server = await forkProgram({ entry, name, execArgv: [`--inspect-port=${inspectPort}`] })
  await server.ask({ ...settings })
  return server
}

const processesOf = (server: Program, postgres: number, redis: RedisServer | undefined): Record<string, number[]> => ({
  server: [server.pid],
  ...(redis && { redis: [redis.pid] }),
  postgres: [postgres],
})
