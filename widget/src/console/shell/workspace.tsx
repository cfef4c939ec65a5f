import type { Conversation, Me } from '@usher-chat/sdk/protocol'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useReadable } from '../../ui/use-readable.ts'
import { useAttention } from '../attention/use-attention.ts'
import type { ComposerHandle } from '../composer/composer.tsx'
import { filterConversations } from '../list/filter-conversations.ts'
import { focusList, ListPane } from '../list/list-pane.tsx'
import { useCursor } from '../list/use-cursor.ts'
import { useLists } from '../list/use-inbox.ts'
import { useConsole } from '../state/console.ts'
import { type Drafts, openDrafts } from '../state/drafts.ts'
import { type OpenConversation, useConversation } from '../state/use-conversation.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import { ConversationPanes } from './conversation-panes.tsx'
import { EmptyPane } from './empty-pane.tsx'
import { Rail } from './rail.tsx'
import { ShortcutsDialog } from './shortcuts-dialog.tsx'
import { useCommands } from './use-commands.ts'

interface WorkspaceProps {
  me: Me
  onLogout: () => void
}

/** Everything behind the login: the lists, the open thread, the visitor. */
export function Workspace({ me, onLogout }: WorkspaceProps) {
  const { client, storage, route, settings, dialog, now } = useConsole()
  const place = useReadable(route)
  const { card, presence: chosen } = useReadable(settings)
  const presence = useReadable(client.presences).get(me.id) ?? chosen
  const lists = useLists(place.view)
  const mine = useReadable(lists.mine.items)
  const listed = useReadable(lists.shown.items)
  const drafts = useMemo(() => openDrafts({ storage, agent: me.id, now }), [storage, me.id])
  const [query, setQuery] = useFilter(place.view)
  const visible = useMemo(() => filterConversations(listed, query), [listed, query])
  const cursor = useCursor(visible, place.conversation)
  const [version, setVersion] = useState('')
  const open = useConversation(place.conversation, listed, version)
  const opened = open.phase === 'ready' ? open.conversation : undefined
  const composer = useRef<ComposerHandle>(null)
  const filter = useRef<HTMLInputElement>(null)

  const leave = () => {
    drafts.forget()
    onLogout()
  }

  useAttention({ mine, visitor: opened?.visitor.id, presence })
  useCommands({ cursor, target: targetOf(open, visible, cursor.id), composer, filter, meId: me.id })

  const pane = place.conversation === undefined ? 'list' : place.card ? 'card' : 'thread'
  return (
    <div class="workspace" data-pane={pane} data-card={card}>
      <button type="button" class="skip-link" onClick={focusList}>
        Skip to the conversations
      </button>
      <Rail me={me} presence={presence} onLogout={leave} />
      <ConnectionBanner />
      <main class="panes">
        <ListPane
          me={me}
          inbox={lists.shown}
          conversations={visible}
          query={query}
          onQuery={setQuery}
          filter={filter}
          cursor={cursor}
          draftOf={(id) => draftText(drafts, id)}
          onOpen={(conversation) => route.go({ conversation, card: false })}
        />
        {opened === undefined ? (
          <EmptyPane open={open} onBack={() => route.go({ conversation: undefined, card: false })} />
        ) : (
          <ConversationPanes me={me} conversation={opened} drafts={drafts} composer={composer} onVersion={setVersion} />
        )}
      </main>
      {useReadable(dialog) === 'shortcuts' && <ShortcutsDialog />}
    </div>
  )
}

/** A filter belongs to the list it was typed over. */
function useFilter(view: string): [string, (query: string) => void] {
  const [query, setQuery] = useState('')
  useEffect(() => setQuery(''), [view])
  return [query, setQuery]
}

function targetOf(open: OpenConversation, visible: readonly Conversation[], cursor: string | undefined): Conversation | undefined {
  if (open.phase === 'ready') return open.conversation
  return open.phase === 'none' ? visible.find(({ id }) => id === cursor) : undefined
}

const draftText = (drafts: Drafts, id: string) => drafts.read(id, 'reply') || drafts.read(id, 'note')
