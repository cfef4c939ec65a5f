import { createServer } from 'node:net'

/** A TCP port on loopback that is free now: the wanted one if it is. */
export async function freePort(wanted = 0): Promise<number> {
  const port = await tryPort(wanted)
  if (port !== undefined) return port
  const other = await tryPort(0)
  if (other === undefined) throw new Error('unable to find a free port on 127.0.0.1')
  return other
}

/** Can 127.0.0.1:`port` be listened on? */
export async function isPortFree(port: number): Promise<boolean> {
  return (await tryPort(port)) !== undefined
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
    })
  })
}
