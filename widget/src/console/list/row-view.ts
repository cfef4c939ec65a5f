import type { AgentCard, Conversation, ConversationStatus, Me } from '@usher-chat/sdk/protocol'
import { avatarName, visitorName } from '../state/visitor-name.ts'
import { type ShortAge, shortAge } from './short-age.ts'

/** What one line of a conversation list shows. */
export interface RowView {
  id: string
  visitorId: string
  name: string
  /** Initials come from it. */
  avatarName: string
  identified: boolean
  preview: string
  previewKind: 'said' | 'noted' | 'draft' | 'none'
  status: ConversationStatus
  /** Since the last message; while the visitor waits for an answer, since they do. */
  age: ShortAge
  /** Only while the visitor waits for an answer. */
  waiting?: 'fresh' | 'long' | 'late'
  unread: number
  assignee?: AgentCard
  assignedToMe: boolean
}

/** When a wait is worth a second look, and when it is too long; ms. The usual first-response goals of live chat. */
const longMs = 2 * 60_000
const lateMs = 10 * 60_000

export interface RowContext {
  me: Me
  now: number
  /** The agent's unsent text, if any. */
  draft?: string
}

export function rowView(conversation: Conversation, { me, now, draft = '' }: RowContext): RowView {
  const { visitor, assignee, lastMessage, status, waitingSince, unread } = conversation
  const since = status === 'resolved' ? undefined : waitingSince
  const preview = previewOf(conversation, me, draft)
  return {
    id: conversation.id,
    visitorId: visitor.id,
    name: visitorName(visitor),
    avatarName: avatarName(visitor),
    identified: visitor.identified,
    ...preview,
    status,
    age: shortAge(Date.parse(since ?? lastMessage?.at ?? conversation.openedAt), now),
    ...(since === undefined ? {} : { waiting: levelOf(now - Date.parse(since)) }),
    unread,
    ...(assignee === undefined ? {} : { assignee }),
    assignedToMe: assignee?.id === me.id,
  }
}

function previewOf({ lastMessage, assignee }: Conversation, me: Me, draft: string): Pick<RowView, 'preview' | 'previewKind'> {
  if (draft.trim() !== '') return { preview: `Draft: ${oneLine(draft)}`, previewKind: 'draft' }
  if (lastMessage === undefined) return { preview: 'No messages yet', previewKind: 'none' }
  const text = oneLine(lastMessage.text)
  if (lastMessage.note) return { preview: `Note: ${text}`, previewKind: 'noted' }
  if (lastMessage.role === 'visitor') return { preview: text, previewKind: 'said' }
  const who = assignee === undefined || assignee.id === me.id ? 'You' : firstName(assignee.name)
  return { preview: `${who}: ${text}`, previewKind: 'said' }
}

function levelOf(ms: number): NonNullable<RowView['waiting']> {
  if (ms >= lateMs) return 'late'
  return ms >= longMs ? 'long' : 'fresh'
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()
const firstName = (name: string) => name.split(' ')[0] ?? name
