import type { Conversation, Me } from '@usher-chat/sdk/protocol'
import { Avatar } from '../../ui/avatar.tsx'
import { Icon } from '../shell/icon.tsx'
import { useConsole } from '../state/console.ts'
import { avatarName, visitorName } from '../state/visitor-name.ts'
import { EarlierConversations } from './earlier-conversations.tsx'
import { useVisitor } from './use-visitor.ts'
import { VisitorFacts } from './visitor-facts.tsx'

/** Who the visitor is, where they are, and what was said before. */
export function VisitorPane({ me, conversation, version }: { me: Me; conversation: Conversation; version: string }) {
  const { route } = useConsole()
  const { card, conversations, error, retry } = useVisitor(conversation.site, conversation.visitor, version)
  const name = visitorName(card)
  return (
    <aside class="card-pane" aria-label={`About ${name}`}>
      <header class="pane-head">
        <button type="button" class="ghost icon-only back" aria-label="Back to the conversation" onClick={() => route.go({ card: false })}>
          <Icon name="back" />
        </button>
        <h2>Visitor</h2>
      </header>
      <div class="card-scroll">
        <div class="card-top">
          <Avatar id={card.id} name={avatarName(card)} />
          <h3 dir="auto">{name}</h3>
          <p class={card.identified ? 'card-identity vouched' : 'card-identity'}>
            {card.identified && <Icon name="check" size={14} />}
            {card.identified ? 'Identified by the site' : 'Not identified'}
          </p>
        </div>
        <VisitorFacts card={card} site={me.sites.length > 1 ? me.sites.find(({ id }) => id === conversation.site)?.name : undefined} />
        <EarlierConversations conversations={conversations} openId={conversation.id} error={error} onRetry={retry} />
      </div>
    </aside>
  )
}
