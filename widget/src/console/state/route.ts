import { type ConversationId, type InboxView, isId } from '@usher-chat/sdk/protocol'

/** Where the agent is: which list, which conversation, and whether the visitor card covers it (narrow screens only). */
export interface Route {
  view: InboxView
  conversation?: ConversationId
  card: boolean
}

const inboxViews = ['mine', 'queue', 'all', 'resolved'] as const satisfies readonly InboxView[]

const home: Route = { view: 'mine', card: false }

/** Reads the part of the address behind `#`: `/queue/<conversation>/visitor`. Anything unknown leads home. */
export function readRoute(hash: string): Route {
  const [view, conversation, card] = hash.replace(/^#?\/?/, '').split('/')
  const known = inboxViews.find((name) => name === view)
  if (known === undefined) return home
  if (!isId(conversation)) return { view: known, card: false }
  return { view: known, conversation, card: card === 'visitor' }
}

/** The inverse of `readRoute`. */
export function writeRoute({ view, conversation, card }: Route): string {
  if (conversation === undefined) return `#/${view}`
  return card ? `#/${view}/${conversation}/visitor` : `#/${view}/${conversation}`
}
