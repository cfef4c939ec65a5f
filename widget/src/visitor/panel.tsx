import { useReadable } from '../ui/use-readable.ts'
import { Composer } from './composer.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { Header } from './header.tsx'
import { type PanelParts, PanelProvider } from './panel-context.ts'
import { Skeleton } from './skeleton.tsx'
import { StartFailed } from './start-failed.tsx'
import { ThreadView } from './thread-view.tsx'

/** The chat as the visitor sees it. */
export function Panel(parts: PanelParts) {
  const start = useReadable(parts.starter.state)
  // Nothing to write where nothing can ever be sent; while it is tried again, the draft may be written.
  const hopeless = start.phase === 'failed' && start.retryAt === undefined
  return (
    <PanelProvider value={parts}>
      <Header />
      <ConnectionBanner />
      <Conversation {...parts} />
      {!hopeless && <Composer />}
    </PanelProvider>
  )
}

function Conversation({ client, starter }: PanelParts) {
  const start = useReadable(starter.state)
  const { phase } = useReadable(client.thread.status)
  const items = useReadable(client.thread.items)
  if (start.phase === 'failed' && items.length === 0) return <StartFailed state={start} />
  if (phase === 'loading' && items.length === 0) return <Skeleton />
  return <ThreadView items={items} />
}
