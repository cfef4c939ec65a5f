import type { Conversation } from '@usher-chat/sdk/protocol'
import { visitorName } from '../state/visitor-name.ts'

/** The conversations whose visitor or last message contains every word of the query, whatever the case or the accents. */
export function filterConversations(conversations: readonly Conversation[], query: string): readonly Conversation[] {
  const words = plain(query)
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return conversations
  return conversations.filter((conversation) => {
    const text = plain(textOf(conversation))
    return words.every((word) => text.includes(word))
  })
}

const textOf = ({ visitor, lastMessage, assignee }: Conversation) =>
  [visitorName(visitor), visitor.email, lastMessage?.text, assignee?.name].join(' ')

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
