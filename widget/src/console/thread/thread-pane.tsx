import type { AgentThread } from '@usher-chat/sdk/agent'
import type { Conversation, ConversationId, Me } from '@usher-chat/sdk/protocol'
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useReadable } from '../../ui/use-readable.ts'
import { Composer, type ComposerHandle } from '../composer/composer.tsx'
import { composerOffer } from '../composer/composer-offer.ts'
import { useConsole } from '../state/console.ts'
import type { Drafts } from '../state/drafts.ts'
import { newestConversation } from './newest-conversation.ts'
import { ThreadHead } from './thread-head.tsx'
import { ThreadLog } from './thread-log.tsx'

interface ThreadPaneProps {
  me: Me
  conversation: Conversation
  thread: AgentThread
  drafts: Drafts
  composer: RefObject<ComposerHandle | null>
}

/** One thread with its composer. */
export function ThreadPane({ me, conversation, thread, drafts, composer }: ThreadPaneProps) {
  const { route } = useConsole()
  const items = useReadable(thread.items)
  const pane = useRef<HTMLElement>(null)
  useEffect(() => {
    // On a narrow screen the thread takes the place of the list, and with it the focus.
    if (document.getElementById('conversations')?.offsetParent === null) {
      pane.current?.querySelector<HTMLElement>('h2')?.focus()
    }
  }, [conversation.id])
  useFollow(conversation, newestConversation(items), drafts)
  return (
    <section class="thread-pane" aria-labelledby="thread-title" ref={pane}>
      <ThreadHead me={me} conversation={conversation} onBack={() => route.go({ conversation: undefined, card: false })} />
      <ThreadLog key={thread.visitor} me={me} thread={thread} conversation={conversation} />
      <Composer
        key={conversation.id}
        conversation={conversation}
        thread={thread}
        drafts={drafts}
        offer={composerOffer(conversation, me, newestConversation(items))}
        handle={composer}
      />
    </section>
  )
}

/** When the visitor writes again after a resolved conversation, the next one takes its place on screen, unless something is being written. */
function useFollow({ id, status }: Conversation, newest: ConversationId | undefined, drafts: Drafts): void {
  const { route } = useConsole()
  const wasNewest = useRef(false)
  useEffect(() => {
    const follow = wasNewest.current && newest !== undefined && newest !== id && status === 'resolved'
    wasNewest.current = newest === id
    if (follow && drafts.read(id, 'reply') === '' && drafts.read(id, 'note') === '') route.replace({ conversation: newest })
  }, [id, newest, status])
}
