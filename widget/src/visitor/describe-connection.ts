import type { ConnectionStatus } from '@usher-chat/sdk/visitor'
import { describeError } from './describe-error.ts'
import type { Wording } from './texts.ts'

export interface ConnectionNotice {
  tone: 'quiet' | 'warn' | 'bad'
  text: string
}

/** What the banner says about the connection; undefined while there is nothing to say. `now` in epoch ms. */
export function describeConnection(status: ConnectionStatus, online: boolean, now: number, wording: Wording): ConnectionNotice | undefined {
  const { texts } = wording
  if (status.state === 'failed') return { tone: 'bad', text: describeError(status.error, wording) }
  if (status.state === 'connected' || status.state === 'closed' || status.state === 'idle') return undefined
  if (!online) return { tone: 'warn', text: texts.offline }
  if (status.state === 'connecting') return { tone: 'quiet', text: texts.connecting }
  const seconds = status.retryAt === undefined ? 0 : Math.ceil((status.retryAt - now) / 1_000)
  return { tone: 'warn', text: seconds > 0 ? texts.reconnectingIn(seconds) : texts.reconnecting }
}
