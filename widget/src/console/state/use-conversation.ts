import type { Conversation, ConversationId } from '@usher-chat/sdk/protocol'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useReadable } from '../../ui/use-readable.ts'
import { useConsole } from './console.ts'

export type OpenConversation =
  | { phase: 'none' | 'loading' }
  | { phase: 'ready'; conversation: Conversation }
  | { phase: 'error'; error: unknown; retry: () => void }

/**
 * The open conversation, also when it is in no list on screen. A list is kept current and comes first; else what the last own action
 * returned; else what the server tells, asked again whenever `version` (the thread's last event) changes.
 */
export function useConversation(id: ConversationId | undefined, listed: readonly Conversation[], version: string): OpenConversation {
  const { client, changed } = useConsole()
  const inList = listed.find((conversation) => conversation.id === id)
  const own = useReadable(changed).get(id ?? '')
  const [asked, setAsked] = useState<{ conversation: Conversation; own: Conversation | undefined }>()
  const [failed, setFailed] = useState<{ id: string; error: unknown }>()
  const [attempt, setAttempt] = useState(0)
  const missing = id !== undefined && inList === undefined
  useEffect(() => {
    if (!missing) return undefined
    let current = true
    client.conversation(id).then(
      (conversation) => current && setAsked({ conversation, own }),
      (error: unknown) => current && setFailed({ id, error }),
    )
    return () => {
      current = false
    }
  }, [client, id, missing, own, version, attempt])

  // An answer from before the last own action is older than what that action returned.
  const answer = asked !== undefined && asked.own === own && asked.conversation.id === id ? asked.conversation : undefined
  const last = useRef<Conversation | undefined>(undefined)
  // Between leaving the list and the next answer there may be a moment in which nobody knows it.
  const known = inList ?? answer ?? own ?? (last.current?.id === id ? last.current : undefined)
  last.current = known
  if (id === undefined) return { phase: 'none' }
  if (known !== undefined) return { phase: 'ready', conversation: known }
  if (failed?.id !== id) return { phase: 'loading' }
  const retry = () => {
    setFailed(undefined)
    setAttempt(attempt + 1)
  }
  return { phase: 'error', error: failed.error, retry }
}
