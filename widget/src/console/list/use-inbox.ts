import type { Inbox } from '@usher-chat/sdk/agent'
import type { InboxView } from '@usher-chat/sdk/protocol'
import { useEffect, useMemo } from 'preact/hooks'
import { useConsole } from '../state/console.ts'

export interface Lists {
  /** Always open: the title counts its unread messages. */
  mine: Inbox
  /** The list on screen. */
  shown: Inbox
}

/** Keeps the list on screen and the agent's own one open. */
export function useLists(view: InboxView): Lists {
  const { client } = useConsole()
  const mine = useMemo(() => client.inbox('mine'), [client])
  const shown = useMemo(() => (view === 'mine' ? mine : client.inbox(view)), [client, mine, view])
  useEffect(() => () => mine.release(), [mine])
  useEffect(() => (shown === mine ? undefined : () => shown.release()), [shown, mine])
  return { mine, shown }
}
