import { readDialogues } from '../../replay/dialogues.ts'
import { numbered } from '../measure-lane.ts'
import { createIdle, type Idle } from './idle.ts'
import { openTalk, type Talk } from './open-talk.ts'
import type { Order, Orders, OrderType, Reply } from './orders.ts'
import { runFlat } from './run-flat.ts'
import { runRate } from './run-rate.ts'

type Handlers = { [Type in OrderType]: (ask: Orders[Type]['ask']) => Promise<Orders[Type]['answer']> }

/** Carries out the orders. Numbers of messages go on from run to run, so a late copy is never taken for another. */
function createHandlers(lines: readonly string[]): Handlers {
  const text = numbered(lines, 'b')
  let talk: Talk | undefined
  let idle: Idle | undefined
  let first = 0
  const ready = (): Talk => {
    if (talk === undefined) throw new Error('unable to run; nothing is open')
    return talk
  }
  const take = (count: number): number => {
    first += count
    return first - count
  }
  const flat = (window: number, perThread: number) =>
    runFlat({ talk: ready(), window, perThread, first: take(ready().threads * perThread), text })
  return {
    async open({ target, ...shape }) {
      talk = await openTalk(target, shape)
      return null
    },
    async warm() {
      await flat(1, 1)
      return null
    },
    flat: ({ window, perThread }) => flat(window, perThread),
    rate: ({ perSecond, count }) => runRate({ talk: ready(), perSecond, count, first: take(count), text }),
    async close() {
      const open = talk
      talk = undefined
      await open?.close()
      return null
    },
    async idle({ target, count }) {
      idle ??= createIdle({ target })
      await idle.growTo(count)
      return idle.state()
    },
    idleState: async () => idle?.state() ?? { open: 0, cuts: 0, failures: {} },
    async idleClose() {
      idle?.close()
      idle = undefined
      return null
    },
  }
}

const obey = <Type extends OrderType>(handlers: Handlers, type: Type, ask: Orders[Type]['ask']) => handlers[type](ask)

async function main(): Promise<void> {
  process.once('disconnect', () => process.exit(0))
  const [file = ''] = process.argv.slice(2)
  const handlers = createHandlers((await readDialogues(file)).flatMap(({ turns }) => turns.map(({ text }) => text)))
  const reply = (message: Reply) => process.send?.(message)
  process.on('message', ({ type, ask }: Order) => {
    obey(handlers, type, ask).then(
      (answer) => reply({ answer }),
      (error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) }),
    )
  })
}

void main()
