import type { ConnectionStatus } from '@usher-chat/sdk/visitor'
import { useEffect, useState } from 'preact/hooks'
import { useNow } from '../ui/use-now.ts'
import { useReadable } from '../ui/use-readable.ts'
import { describeConnection } from './describe-connection.ts'
import { usePanel } from './panel-context.ts'
import { useOnline } from './use-online.ts'

// A dial usually takes less; a line that only flashes up would worry people for nothing.
const patienceMs = 1_200

/** The line under the header that tells when the live connection is away. */
export function ConnectionBanner() {
  const { client, starter, wording } = usePanel()
  const start = useReadable(starter.state)
  const connection = useReadable(client.connection)
  // With messages on screen, a session that does not start is told of like a connection that is away.
  const status: ConnectionStatus =
    start.phase === 'failed' ? { ...start, state: start.retryAt === undefined ? 'failed' : 'reconnecting' } : connection
  const online = useOnline()
  const trouble = status.state === 'reconnecting' || status.state === 'connecting'
  const lasting = useLasting(trouble, patienceMs)
  const now = useNow(status.retryAt !== undefined)
  const notice = trouble && online && !lasting ? undefined : describeConnection(status, online, now, wording)
  return (
    <div class={`banner ${notice?.tone ?? ''}`} role="status">
      {notice?.text}
    </div>
  )
}

/** True once `value` has been true for so long without a break. */
function useLasting(value: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false)
  useEffect(() => {
    if (!value) return setLasting(false)
    const timer = setTimeout(() => setLasting(true), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return lasting && value
}
