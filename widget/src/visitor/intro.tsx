import { useReadable } from '../ui/use-readable.ts'
import { usePanel } from './panel-context.ts'

/** The top of every thread: the site's greeting, and while nothing was said, when to expect an answer. */
export function Intro({ empty }: { empty: boolean }) {
  const { client, wording } = usePanel()
  const session = useReadable(client.session)
  const { texts } = wording
  return (
    <div class={empty ? 'intro alone' : 'intro'}>
      <h2 dir="auto">{session?.site.texts.greeting}</h2>
      <p>{empty && session ? (session.site.online ? texts.firstAnswer : texts.laterAnswer) : texts.start}</p>
    </div>
  )
}
