import { type AddressInfo, createServer, type Socket } from 'node:net'

/** The far end of an edge's connections, in a test's hands: what it reads and when, what it says and how much. */
export interface FakeNats extends AsyncDisposable {
  readonly url: string
  /** Connections ever made. */
  connections(): number
  /** The first connection, once it is there. */
  readonly first: Promise<Socket>
}

/** Listens on a free port and says INFO to whoever connects. */
export async function startFakeNats(): Promise<FakeNats> {
  const sockets: Socket[] = []
  let tell: (socket: Socket) => void = () => {}
  const first = new Promise<Socket>((resolve) => {
    tell = resolve
  })
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.write('INFO {"server_id":"x"}\r\n')
    sockets.push(socket)
    tell(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `nats://127.0.0.1:${port}`,
    connections: () => sockets.length,
    first,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
