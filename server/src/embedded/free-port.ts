import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Ports that no system hands out by itself: Linux gives connections on their way out a local port from 32,768 on
 * (`net.ipv4.ip_local_port_range`), macOS and Windows from 49,152 on (RFC 6335). A port from those ranges may be free when it is
 * looked at and taken by anybody's connection when its server starts.
 */
const LOWEST = 20_000
const HIGHEST = 32_767

/** A TCP port on loopback that is free now, and is none of `not`: the wanted one if it is, else any that only a server takes. */
export async function freePort({ wanted, not = [] }: { wanted?: number | undefined; not?: readonly number[] } = {}): Promise<number> {
  if (wanted !== undefined && !not.includes(wanted) && (await isPortFree(wanted))) return wanted
  for (let tries = 0; tries < 1000; tries++) {
    const port = randomInt(LOWEST, HIGHEST + 1)
    if (!not.includes(port) && (await isPortFree(port))) return port
  }
  throw new Error('unable to find a free port on 127.0.0.1')
}

/** Can 127.0.0.1:`port` be listened on? */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
