import { connect } from 'node:net'
import type { Child } from '../src/embedded/start-child.ts'

/** Waits until a condition holds, looking every 10 ms. Throws after `timeoutMs`, naming what it waited for. */
export async function waitFor(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  const end = Date.now() + timeoutMs
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** A condition that holds once a figure is above `least` and has been the same at five looks in a row. */
export function steady(read: () => number | Promise<number>, least: number): () => Promise<boolean> {
  let last = Number.NaN
  let same = 0
  return async () => {
    const now = await read()
    same = now === last ? same + 1 : 0
    last = now
    return now > least && same >= 5
  }
}

/** Waits until a child accepts connections on 127.0.0.1:`port`. Throws at once when it has died. */
export async function waitForPort(port: number, child: Child): Promise<void> {
  await waitFor(`port ${port}`, async () => {
    if (!child.isRunning()) throw new Error(`unable to start; it printed:\n${child.lastWords()}`)
    return accepts(port)
  })
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
