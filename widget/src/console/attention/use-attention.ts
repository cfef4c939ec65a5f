import type { Conversation, Presence, VisitorId } from '@usher-chat/sdk/protocol'
import { useEffect, useRef } from 'preact/hooks'
import { useConsole } from '../state/console.ts'
import { visitorName } from '../state/visitor-name.ts'
import { openAttention } from './open-attention.ts'
import { unreadTitle } from './unread-title.ts'
import { messageWorthTelling, unreadIn } from './worth-telling.ts'

export interface AttentionOptions {
  mine: readonly Conversation[]
  /** Whose thread is on screen. */
  visitor: VisitorId | undefined
  presence: Presence
}

/** Title badge, sound and desktop notifications: what calls an agent who looks elsewhere. Quiet for one who is offline. */
export function useAttention(options: AttentionOptions): void {
  const { client, settings, route, devices, actions } = useConsole()
  const current = useRef(options)
  current.current = options

  const unread = unreadIn(options.mine)
  useEffect(() => {
    document.title = unreadTitle(unread)
  }, [unread])

  useEffect(() => {
    const attention = openAttention({
      devices,
      settings,
      onChoose: (conversation) => route.go({ view: 'mine', conversation, card: false }),
    })
    const tell = (conversation: Conversation | undefined, text: string) => {
      if (current.current.presence !== 'offline') attention.tell(conversation && visitorName(conversation.visitor), text, conversation?.id)
    }
    let queued = client.counts.getSnapshot().queue
    const off = [
      client.on('message.received', (received) => {
        const { mine, visitor } = current.current
        if (!messageWorthTelling(received, mine, { focused: document.hasFocus(), visitor })) return
        const from = mine.find((conversation) => conversation.visitor.id === received.visitor)
        tell(from, received.message.text)
      }),
      client.on('conversation.assigned', ({ conversation }) => {
        // What the agent has just taken is no news to them.
        if (!actions.tookJustNow(conversation.id)) tell(conversation, 'is now yours')
      }),
      client.counts.subscribe(() => {
        const { queue } = client.counts.getSnapshot()
        if (queue > queued) tell(undefined, 'A visitor is waiting in the queue')
        queued = queue
      }),
      attention.close,
    ]
    return () => {
      for (const stop of off) stop()
    }
  }, [client, settings, route, devices, actions])
}
