import type { ConversationId } from '@usher-chat/sdk/protocol'
import { useConsole } from './console.ts'

/** Turns from one conversation of a visitor to another, which is fetched first: the thread between them stays on screen meanwhile. */
export function useTurnTo(): (from: ConversationId, to: ConversationId) => void {
  const { client, route, remember } = useConsole()
  return (from, to) => {
    const turn = () => {
      if (route.getSnapshot().conversation === from) route.replace({ conversation: to })
    }
    // Where it cannot be fetched, the pane it leads to says why.
    client.conversation(to).then(remember).then(turn, turn)
  }
}
