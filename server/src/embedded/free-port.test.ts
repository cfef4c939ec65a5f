import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { freePort, isPortFree } from './free-port.ts'

let held: Server | undefined
afterEach(() => held?.close())

function hold(port: number): Promise<void> {
  held = createServer()
  return new Promise((listening) => held?.listen(port, '127.0.0.1', listening))
}

test('a free port is one that no connection on its way out is given', async () => {
  for (let times = 0; times < 50; times++) {
    const port = await freePort()
    expect(port).toBeGreaterThanOrEqual(20_000)
    expect(port).toBeLessThan(32_768)
  }
})

test('the wanted port is kept while it is free, and replaced when somebody holds it', async () => {
  const wanted = await freePort()
  expect(await freePort({ wanted })).toBe(wanted)
  await hold(wanted)
  expect(await isPortFree(wanted)).toBe(false)
  expect(await freePort({ wanted })).not.toBe(wanted)
})

test('a port that is promised to somebody else is not given, however free it is', async () => {
  const promised = await freePort()
  expect(await freePort({ wanted: promised, not: [promised] })).not.toBe(promised)
})
