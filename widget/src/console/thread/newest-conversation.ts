import type { TimelineItem } from '@usher-chat/sdk/agent'
import type { ConversationId } from '@usher-chat/sdk/protocol'

/** The visitor's latest conversation, as far as the loaded part of the thread tells. */
export function newestConversation(items: readonly TimelineItem[]): ConversationId | undefined {
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index]
    if (item?.type === 'event') return item.event.conversation
  }
  return undefined
}

/** The last event of a thread: whenever it changes, what the server says about the conversation may have changed. */
export function lastEventId(items: readonly TimelineItem[]): string {
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index]
    if (item?.type === 'event') return item.id
  }
  return ''
}
