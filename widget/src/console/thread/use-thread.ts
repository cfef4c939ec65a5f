import type { AgentThread } from '@usher-chat/sdk/agent'
import type { SiteId, VisitorId } from '@usher-chat/sdk/protocol'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { useReadable } from '../../ui/use-readable.ts'
import { useConsole } from '../state/console.ts'

/** The live thread of one visitor, for as long as it is on screen. */
export function useThread(site: SiteId, visitor: VisitorId): AgentThread {
  const { client } = useConsole()
  const login = useLoginCount()
  const thread = useMemo(() => client.thread(site, visitor), [client, site, visitor, login])
  useEffect(() => () => thread.release(), [thread])
  return thread
}

/** How often the agent has logged in again: a thread does not outlive its login. While nobody is logged in, the old one stays on screen. */
function useLoginCount(): number {
  const { client } = useConsole()
  const isIn = useReadable(client.me) !== null
  const count = useRef(0)
  const wasIn = useRef(isIn)
  if (isIn && !wasIn.current) count.current++
  wasIn.current = isIn
  return count.current
}
