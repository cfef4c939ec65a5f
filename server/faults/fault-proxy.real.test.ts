import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { waitFor } from '../test/wait-for.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'

/** A server that says back what it hears, and a client of it with the proxy between them. */
let proxy: FaultProxy
let echo: ReturnType<typeof createServer>
let atServer: Socket[]
const clients: Socket[] = []

beforeEach(async () => {
  atServer = []
  echo = createServer((socket) => {
    atServer.push(socket)
    socket.on('error', () => {})
    socket.pipe(socket)
  })
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  proxy = await startFaultProxy({ targets: () => [(echo.address() as AddressInfo).port] })
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await proxy[Symbol.asyncDispose]()
  await new Promise((resolve) => echo.close(resolve))
})

interface Caller {
  socket: Socket
  heard(): string
  error(): string | undefined
}

const ending = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()))

async function dial(): Promise<Caller> {
  const socket = connect(proxy.port, '127.0.0.1')
  clients.push(socket)
  let text = ''
  let error: string | undefined
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
  })
  socket.on('error', (fault: NodeJS.ErrnoException) => {
    error = fault.code
  })
  await once(socket, 'connect')
  return { socket, heard: () => text, error: () => error }
}

async function talking(): Promise<Caller> {
  const caller = await dial()
  caller.socket.write('hello ')
  await waitFor('the echo', () => caller.heard() === 'hello ')
  return caller
}

describe('on a good day', () => {
  test('everything passes, both ways, whatever its size', async () => {
    const caller = await talking()
    const much = 'x'.repeat(3_000_000)
    caller.socket.write(much)
    await waitFor('all of it', () => caller.heard().length === much.length + 6)
    expect(caller.heard()).toBe(`hello ${much}`)
  })

  test('an end of one side is the end of the other', async () => {
    const caller = await talking()
    atServer[0]!.end()
    await ending(caller.socket)
    expect(caller.error()).toBe(undefined)
    await waitFor('no connection', () => proxy.connections() === 0)
  })

  test('the next target takes over when the first does not answer', async () => {
    await using dead = await startFaultProxy({ targets: () => [] })
    const port = dead.port
    await dead[Symbol.asyncDispose]()
    await using two = await startFaultProxy({ targets: () => [port, (echo.address() as AddressInfo).port] })
    const socket = connect(two.port, '127.0.0.1')
    clients.push(socket)
    socket.write('hello')
    expect((await once(socket, 'data')).toString()).toBe('hello')
  })
})

describe('a fault', () => {
  test('delay: a byte comes so much later each way', async () => {
    const caller = await talking()
    proxy.weather({ delayMs: 150 })
    const since = Date.now()
    caller.socket.write('late')
    await waitFor('the echo', () => caller.heard() === 'hello late')
    expect(Date.now() - since).toBeGreaterThanOrEqual(295)
  })

  test('throttle: so many bytes a second', async () => {
    const caller = await talking()
    proxy.weather({ bytesPerSecond: 20_000 })
    const since = Date.now()
    caller.socket.write('x'.repeat(10_000))
    await waitFor('all of it', () => caller.heard().length === 10_006)
    expect(Date.now() - since).toBeGreaterThan(350)
  })

  test.each(['up', 'down', 'both'] as const)('stall %s: nothing comes until it heals, then all of it', async (stall) => {
    const caller = await talking()
    proxy.weather({ stall })
    const other = await dial()
    caller.socket.write('held')
    other.socket.write('held')
    if (stall === 'down') await waitFor('the server to have heard', () => atServer[0]!.bytesRead === 10)
    expect(caller.heard()).toBe('hello ')
    proxy.heal()
    await waitFor('what was held', () => caller.heard() === 'hello held' && other.heard() === 'held')
  })

  test('cut: both sides read an end', async () => {
    const caller = await talking()
    const closed = ending(caller.socket)
    proxy.cut()
    await closed
    expect(caller.error()).toBe(undefined)
    await waitFor('the server to know', () => atServer[0]!.closed)
  })

  test('reset: both sides read a reset', async () => {
    const caller = await talking()
    const closed = ending(caller.socket)
    proxy.reset()
    await closed
    expect(caller.error()).toBe('ECONNRESET')
  })

  test('half-open: an old connection is silent for ever and does not end, a new one works', async () => {
    const caller = await talking()
    proxy.halfOpen()
    caller.socket.write('into the void')
    atServer[0]!.destroy()
    await talking()
    expect(caller.heard()).toBe('hello ')
    expect(caller.socket.closed).toBe(false)
    const closed = ending(caller.socket)
    proxy.heal()
    await closed
  })

  test('drop: what is swallowed never comes, what follows does', async () => {
    const caller = await talking()
    proxy.weather({ drop: (piece, way) => way === 'up' && piece.toString() === 'lost' })
    caller.socket.write('lost')
    await waitFor('it to be swallowed', () => proxy.connections() === 1 && caller.socket.bytesWritten === 10)
    await talking()
    proxy.weather({})
    caller.socket.write('found')
    await waitFor('the rest', () => caller.heard().endsWith('found'))
    expect(caller.heard()).toBe('hello found')
  })

  test('corrupt: one byte is another', async () => {
    const caller = await talking()
    proxy.weather({ corrupt: (_, way) => way === 'down' })
    caller.socket.write('truth')
    await waitFor('an answer', () => caller.heard().length === 11)
    expect(caller.heard()).toBe(`hello tr${String.fromCharCode('u'.charCodeAt(0) ^ 0x55)}th`)
  })

  test('garble: nonsense in place of the next bytes, then the end', async () => {
    const caller = await talking()
    const closed = ending(caller.socket)
    proxy.garble()
    atServer[0]!.write('sense')
    await closed
    expect(caller.heard()).toBe('hello \xff')
  })

  test('refuse: new connections are reset, old ones stay', async () => {
    const caller = await talking()
    proxy.weather({ refuse: true })
    const other = connect(proxy.port, '127.0.0.1')
    clients.push(other)
    const [error] = (await once(other, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNRESET')
    caller.socket.write('still here')
    await waitFor('the echo', () => caller.heard() === 'hello still here')
  })
})
