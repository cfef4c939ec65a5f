import type { AgentThread } from '@usher-chat/sdk/agent'
import type { SiteId, VisitorId } from '@usher-chat/sdk/protocol'
import { useEffect, useMemo } from 'preact/hooks'
import { useConsole } from '../state/console.ts'

/** The live thread of one visitor, for as long as it is on screen. */
export function useThread(site: SiteId, visitor: VisitorId): AgentThread {
  const { client } = useConsole()
  const thread = useMemo(() => client.thread(site, visitor), [client, site, visitor])
  useEffect(() => () => thread.release(), [thread])
  return thread
}
