import type { Conversation, Me } from '@usher-chat/sdk/protocol'
import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'
import { useReadable } from '../../ui/use-readable.ts'
import { VisitorPane } from '../card/visitor-pane.tsx'
import type { ComposerHandle } from '../composer/composer.tsx'
import type { Drafts } from '../state/drafts.ts'
import { lastEventId } from '../thread/newest-conversation.ts'
import { ThreadPane } from '../thread/thread-pane.tsx'
import { useThread } from '../thread/use-thread.ts'

interface ConversationPanesProps {
  me: Me
  conversation: Conversation
  drafts: Drafts
  composer: RefObject<ComposerHandle | null>
  /** Told the thread's last event: what the server knows of the conversation changes with it. */
  onVersion: (version: string) => void
}

/** The open conversation: thread and visitor. */
export function ConversationPanes({ me, conversation, drafts, composer, onVersion }: ConversationPanesProps) {
  const thread = useThread(conversation.site, conversation.visitor.id)
  const version = lastEventId(useReadable(thread.items))
  useEffect(() => onVersion(version), [version])
  return (
    <>
      <ThreadPane me={me} conversation={conversation} thread={thread} drafts={drafts} composer={composer} />
      <VisitorPane me={me} conversation={conversation} version={version} />
    </>
  )
}
