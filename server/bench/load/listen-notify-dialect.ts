import { newId } from '@usher-chat/sdk/protocol'
import { signPeerToken } from '../peers/peer-token.ts'
import type { Caller, Dialect, DialOptions, Line } from './dialect.ts'
import { createMessageIds, readMessageNumber } from './message-number.ts'
import { openSocket } from './open-socket.ts'
import type { Target } from './target.ts'
import { untilLetIn } from './until-let-in.ts'

type PeerTarget = Extract<Target, { kind: 'listen-notify' }>

/** The peer's own JSON: `{"ready":true}`, `{"ack":…,"id":…}` to the sender, `{"message":{…}}` to every screen. */
export function listenNotifyDialect({ urls, secret }: PeerTarget): Dialect {
  const messageId = createMessageIds()
  let turn = 0
  const caller = (role: 'visitor' | 'agent'): Caller => {
    const base = urls[turn++ % urls.length] as string
    const token = signPeerToken(secret, { role, site: 0, id: newId() })
    const url = `${base.replace('http', 'ws')}/?token=${token}`
    return { dial: (options) => dial(url, messageId, options), renew: async () => {} }
  }
  return { visitor: async () => caller('visitor'), agent: async () => caller('agent') }
}

const kinds = { ready: '{"r', ack: '{"a', message: '{"m' } as const

function dial(url: string, messageId: (n: number) => string, options: DialOptions): Promise<Line> {
  const { hears, localAddress } = options
  return untilLetIn(options, ({ done, over }) => {
    const ws = openSocket({
      url,
      localAddress,
      onClose: over,
      onFrame(data) {
        const kind = data.toString('latin1', 0, 3)
        const n = readMessageNumber(data)
        if (kind === kinds.ready) done()
        else if (n === undefined) hears.failed(data.toString('utf8'))
        else if (kind === kinds.message) hears.screen(n)
        else if (kind === kinds.ack) {
          hears.acked(n)
          hears.saved(n)
        } else hears.failed(data.toString('utf8'))
      },
    })
    const send = (n: number, text: string) => ws.send(`{"id":"${messageId(n)}","text":${JSON.stringify(text)}}`)
    return { send, close: () => ws.terminate() }
  })
}
