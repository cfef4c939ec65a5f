import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPostgres } from '../../src/db/check-postgres.ts'
import { freePort } from '../../src/embedded/free-port.ts'
import { postgresUrl, preparePostgres } from '../../src/embedded/postgres.ts'
import { startChild } from '../../src/embedded/start-child.ts'
import { waitFor } from '../../test/wait-for.ts'

export interface PeerPostgres {
  url: string
  pid: number
  stop(): Promise<void>
}

/** An empty Postgres with the settings of Usher's own, fsync included. */
export async function startPeerPostgres(): Promise<PeerPostgres> {
  const dir = mkdtempSync(join(tmpdir(), 'usher-peer-'))
  chmodSync(dir, 0o755)
  const place = { dataDir: join(dir, 'data'), port: await freePort(), password: randomBytes(16).toString('hex') }
  const child = await startChild(await preparePostgres(place))
  const url = postgresUrl(place)
  const stop = async (): Promise<void> => {
    await child.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  const answers = () =>
    checkPostgres(url).then(
      () => true,
      () => false,
    )
  await waitFor('Postgres', answers, 60_000).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return { url, pid: child.pid, stop }
}
