import type { ConnectionStatus } from '@usher-chat/sdk/agent'
import { explainError } from '../state/explain-error.ts'

export interface ConnectionNotice {
  text: string
  /** Whether dialling right now makes sense. */
  retry: boolean
}

/** What the banner says about the connection; undefined when there is nothing to say. */
export function connectionNotice(status: ConnectionStatus, online: boolean, now: number): ConnectionNotice | undefined {
  if (!online) return { text: 'You’re offline. Replies are kept and sent when you’re back.', retry: false }
  if (status.state === 'failed') return { text: `Live updates stopped: ${reason(status)}.`, retry: true }
  if (status.state !== 'reconnecting') return undefined
  const seconds = status.retryAt === undefined ? 0 : Math.ceil((status.retryAt - now) / 1_000)
  if (seconds <= 0) return { text: 'Reconnecting… Replies are kept until then.', retry: false }
  return { text: `Connection lost. Next try in ${seconds} s; replies are kept until then.`, retry: true }
}

const reason = ({ error }: ConnectionStatus) => (error === undefined ? 'the connection ended' : explainError(error))
