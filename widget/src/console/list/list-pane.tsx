import type { Inbox } from '@usher-chat/sdk/agent'
import type { Conversation, ConversationId, Me } from '@usher-chat/sdk/protocol'
import type { RefObject } from 'preact'
import { useReadable } from '../../ui/use-readable.ts'
import { Icon } from '../shell/icon.tsx'
import { viewLabels } from '../shell/rail.tsx'
import { useConsole } from '../state/console.ts'
import { ConversationList } from './conversation-list.tsx'
import type { Cursor } from './use-cursor.ts'

interface ListPaneProps {
  me: Me
  inbox: Inbox
  conversations: readonly Conversation[]
  query: string
  onQuery: (query: string) => void
  filter: RefObject<HTMLInputElement | null>
  cursor: Cursor
  draftOf: (conversation: ConversationId) => string
  onOpen: (id: ConversationId) => void
}

/** A list with its title and its filter. */
export function ListPane({ query, onQuery, filter, ...rest }: ListPaneProps) {
  const { route } = useConsole()
  const { view, conversation } = useReadable(route)
  return (
    <section class="list-pane" data-view={view} aria-labelledby="list-title">
      <header class="pane-head">
        <h1 id="list-title">{viewLabels[view]}</h1>
      </header>
      <div class="filter">
        <Icon name="search" size={16} />
        <input
          ref={filter}
          type="search"
          placeholder="Filter by name or text"
          aria-label={`Filter ${viewLabels[view]} by name or text`}
          aria-controls="conversations"
          value={query}
          onInput={(event) => onQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            event.preventDefault()
            onQuery('')
            focusList()
          }}
        />
        {query === '' && <kbd>/</kbd>}
      </div>
      <ConversationList {...rest} label={`${viewLabels[view]} conversations`} filtered={query.trim() !== ''} opened={conversation} />
    </section>
  )
}

/** Gives the keyboard back to the list. */
export function focusList(): void {
  document.getElementById('conversations')?.focus()
}
