import type { Conversation, SiteId, VisitorCard, VisitorId } from '@usher-chat/sdk/protocol'
import { useEffect, useState } from 'preact/hooks'
import { useConsole } from '../state/console.ts'

export interface VisitorDetails {
  card: VisitorCard
  /** Undefined while they are being fetched. */
  conversations?: readonly Conversation[]
  error?: unknown
  retry: () => void
}

/** What is known of a visitor: at once what the conversation tells, then what the server adds. `version` asks again when it changes. */
export function useVisitor(site: SiteId, visitor: VisitorCard, version: string): VisitorDetails {
  const { client } = useConsole()
  const [asked, setAsked] = useState<{ id: VisitorId; card: VisitorCard; conversations: readonly Conversation[] }>()
  const [failed, setFailed] = useState<{ id: VisitorId; error: unknown }>()
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    let current = true
    client.visitor(site, visitor.id).then(
      ({ conversations, ...card }) => current && setAsked({ id: visitor.id, card, conversations }),
      (error: unknown) => current && setFailed({ id: visitor.id, error }),
    )
    return () => {
      current = false
    }
  }, [client, site, visitor.id, version, attempt])
  const answer = asked?.id === visitor.id ? asked : undefined
  return {
    card: newer(visitor, answer?.card),
    ...(answer === undefined ? {} : { conversations: answer.conversations }),
    ...(answer === undefined && failed?.id === visitor.id ? { error: failed.error } : {}),
    retry() {
      setFailed(undefined)
      setAttempt(attempt + 1)
    },
  }
}

/** Lists follow a visitor live, an answer is from one moment: the one who saw them last knows their page. */
function newer(listed: VisitorCard, answered: VisitorCard | undefined): VisitorCard {
  if (answered === undefined) return listed
  return listed.lastSeenAt >= answered.lastSeenAt ? { ...answered, ...listed } : { ...listed, ...answered }
}
