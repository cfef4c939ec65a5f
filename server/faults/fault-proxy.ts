import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { createLink, type Link, type Weather } from './proxy-link.ts'

export type { Weather } from './proxy-link.ts'

/** A TCP relay on loopback that does to its connections what networks do. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number
  /** Connections that are open now. */
  connections(): number
  /** Connections accepted so far. */
  accepted(): number
  /** How the network is from now on, for old and new connections; what is left out is as on a good day. */
  weather(weather: Weather): void
  /** Ends all connections: each side reads an end of file. */
  cut(): void
  /** Ends all connections with RST. */
  reset(): void
  /** Connections that are open now never carry a byte again, and never end by themselves. New ones work. */
  halfOpen(): void
  /** In place of the next bytes each connection carries nonsense, then it ends. */
  garble(): void
  /** Good weather; connections that half-open ones hid are ended. */
  heal(): void
}

export interface FaultProxyOptions {
  /** Ports on 127.0.0.1 to relay to, the first that accepts wins; asked for every connection. */
  targets: () => readonly number[]
  /** Default: a free one. */
  port?: number
}

/** Starts a relay. Nothing is wrong with it until it is told. */
export async function startFaultProxy({ targets, port = 0 }: FaultProxyOptions): Promise<FaultProxy> {
  const links = new Set<Link>()
  let weather: Weather = {}
  let accepted = 0
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    accepted++
    client.on('error', () => {})
    if (weather.refuse === true) return client.resetAndDestroy()
    void dialFirst(targets()).then((upstream) => {
      if (upstream === undefined || client.destroyed) {
        upstream?.destroy()
        return client.resetAndDestroy()
      }
      const link = createLink({ client, upstream, weather: () => weather, onEnd: () => links.delete(link) })
      links.add(link)
    })
  })
  await listen(server, port)
  const each = (act: (link: Link) => void) => () => {
    for (const link of [...links]) act(link)
  }
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => links.size,
    accepted: () => accepted,
    weather(next) {
      weather = next
      for (const link of links) link.changed()
    },
    cut: each((link) => link.end()),
    reset: each((link) => link.reset()),
    halfOpen: each((link) => link.freeze()),
    garble: each((link) => link.garble()),
    heal() {
      weather = {}
      for (const link of [...links]) if (link.isFrozen()) link.reset()
      for (const link of links) link.changed()
    },
    async [Symbol.asyncDispose]() {
      for (const link of [...links]) link.reset()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })

async function dialFirst(ports: readonly number[]): Promise<Socket | undefined> {
  for (const port of ports) {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    if (open) return socket
  }
  return undefined
}
