import type { AgentClient } from '@usher-chat/sdk/agent'
import { type Conversation, type ConversationId, isUsherError, type Presence } from '@usher-chat/sdk/protocol'
import { explainError } from './explain-error.ts'
import type { SettingsStore } from './settings.ts'
import type { Toast, Toasts } from './toasts.ts'
import { visitorName } from './visitor-name.ts'

/** What an agent does to a conversation. Each answers with the changed conversation, or undefined after telling why it failed. */
export interface Actions {
  assign(conversation: Conversation): Promise<Conversation | undefined>
  /** Also takes it from a colleague. */
  takeOver(conversation: Conversation): Promise<Conversation | undefined>
  /** Offers to undo. */
  resolve(conversation: Conversation): Promise<Conversation | undefined>
  reopen(conversation: Conversation): Promise<Conversation | undefined>
  setPresence(presence: Presence): Promise<void>
  /** Whether the agent took this conversation themselves a moment ago: then it is no news to them. */
  tookJustNow(conversation: ConversationId): boolean
}

export interface ActionsOptions {
  client: AgentClient
  toasts: Toasts
  settings: SettingsStore
  /** Told of every conversation an action changed. */
  onChange: (conversation: Conversation) => void
  /** ms since 1970 */
  now: () => number
}

/** So long after an agent took a conversation the server's word of it may still be on its way, ms. */
const justNowMs = 10_000

export function createActions({ client, toasts, settings, onChange, now }: ActionsOptions): Actions {
  const busy = new Set<ConversationId>()
  const takenAt = new Map<ConversationId, number>()

  /** One change per conversation at a time: a second press while the first is on its way does nothing. */
  async function act(conversation: Conversation, what: string, run: () => Promise<Conversation>): Promise<Conversation | undefined> {
    if (busy.has(conversation.id)) return undefined
    busy.add(conversation.id)
    try {
      const changed = await run()
      onChange(changed)
      return changed
    } catch (error) {
      toasts.show({ tone: 'bad', ...refusal(error, what, conversation) })
      return undefined
    } finally {
      busy.delete(conversation.id)
    }
  }

  /** Somebody who was faster is no fault: it can be taken over. */
  function refusal(error: unknown, what: string, conversation: Conversation): Pick<Toast, 'text' | 'action'> {
    if (!isUsherError(error, 'already_assigned')) return { text: `Couldn’t ${what}: ${explainError(error)}.` }
    const who = conversation.assignee?.name ?? 'A colleague'
    return { text: `${who} has this conversation.`, action: { label: 'Take over', run: () => void takeOver(conversation) } }
  }

  const assign = (conversation: Conversation, what: string, take: boolean) => {
    takenAt.set(conversation.id, now())
    return act(conversation, what, () => client.assign(conversation.id, take ? { take } : {}))
  }
  const takeOver = (conversation: Conversation) => assign(conversation, 'take over the conversation', true)
  const reopen = (conversation: Conversation) => act(conversation, 'reopen the conversation', () => client.reopen(conversation.id))

  return {
    assign: (conversation) => assign(conversation, `take the conversation with ${visitorName(conversation.visitor)}`, false),
    takeOver,
    async resolve(conversation) {
      const resolved = await act(conversation, 'resolve the conversation', () => client.resolve(conversation.id))
      if (resolved !== undefined) {
        const text = `Resolved the conversation with ${visitorName(conversation.visitor)}.`
        toasts.show({ tone: 'good', text, action: { label: 'Undo', run: () => void reopen(resolved) } })
      }
      return resolved
    },
    reopen,
    tookJustNow: (conversation) => now() - (takenAt.get(conversation) ?? 0) < justNowMs,
    async setPresence(presence) {
      settings.change({ presence })
      try {
        await client.setPresence(presence)
      } catch (error) {
        if (isUsherError(error, 'unauthenticated')) return
        toasts.show({ tone: 'bad', text: `Couldn’t set you ${presence}: ${explainError(error)}.` })
      }
    },
  }
}
