import { connect } from 'node:net'
import { dedupId, newId } from '@usher-chat/sdk/protocol'
import type { Caller, Dialect, DialOptions, Line } from './dialect.ts'
import { createMessageIds, readMessageNumber } from './message-number.ts'
import { natsCommands, readAnswer } from './nats-commands.ts'
import { createNatsReader } from './nats-reader.ts'
import type { Target } from './target.ts'
import { untilLetIn } from './until-let-in.ts'

type FloorTarget = Extract<Target, { kind: 'floor' }>

/** The broker alone: NATS over TCP, a stream of the same settings as CHAT, nobody who reads it. */
export function floorDialect(target: FloorTarget): Dialect {
  const messageId = createMessageIds()
  const caller = (subscription: string, id: string): Caller => ({
    dial: (options) => dial(target, { id, subscription }, messageId, options),
    renew: async () => {},
  })
  return {
    async visitor() {
      const id = newId()
      return caller(`live.floor.${id}.>`, id)
    },
    agent: async () => caller('live.floor.>', newId()),
  }
}

interface Person {
  id: string
  subscription: string
}

function dial(target: FloorTarget, { id, subscription }: Person, messageId: (n: number) => string, options: DialOptions): Promise<Line> {
  const { hears } = options
  const inbox = `_INBOX.${id}.`
  return untilLetIn(options, ({ done, over }) => {
    const socket = connect({ host: '127.0.0.1', port: target.port, noDelay: true })
    const greeting = [natsCommands.connect(target.jwt), natsCommands.subscribe(`${inbox}*`, 1), natsCommands.subscribe(subscription, 2)]
    // nats-server may send INFO again at any time.
    let greeted = false
    const greet = (): void => {
      if (!greeted) socket.write(`${greeting.join('')}PING\r\n`)
      greeted = true
    }
    socket.on('data', createReader())
    socket.on('error', () => {})
    socket.on('close', () => over('the broker closed the connection'))
    function createReader() {
      return createNatsReader({
        line(text) {
          if (text.startsWith('INFO')) greet()
          else if (text === 'PING') socket.write('PONG\r\n')
          else if (text === 'PONG') done()
          else if (text.startsWith('-ERR')) hears.failed(text)
        },
        message({ subject, sid, payload }) {
          if (sid === '2') return hears.screen(readMessageNumber(payload) as number)
          const answer = readAnswer(payload)
          if ('refused' in answer) return hears.failed(answer.refused)
          const n = Number(subject.slice(inbox.length))
          hears.acked(n)
          hears.saved(n)
        },
      })
    }
    const send = (n: number, text: string): void => {
      const message = messageId(n)
      const payload = `{"v":1,"id":"${message}","kind":"text","body":{"text":${JSON.stringify(text)}}}`
      socket.write(natsCommands.publish({ subject: `floor.${id}.visitor`, reply: `${inbox}${n}`, dedupId: dedupId(id, message), payload }))
    }
    return { send, close: () => socket.destroy() }
  })
}
