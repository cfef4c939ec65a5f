import { Avatar } from '../ui/avatar.tsx'
import { useReadable } from '../ui/use-readable.ts'
import { usePanel } from './panel-context.ts'

/** Three dots beside the agent who is typing. Not announced: it would interrupt a screen reader every few seconds. */
export function TypingRow() {
  const { client, wording } = usePanel()
  const typists = useReadable(client.thread.typing)
  const [typist] = typists
  if (!typist) return null
  return (
    <div class="message other first last typing" role="img" aria-label={wording.texts.typing(typist.name ?? wording.texts.agent)}>
      <div class="side">
        <Avatar id={typist.id} name={typist.name} url={typist.avatarUrl} />
      </div>
      <div class="bubble">
        <i />
        <i />
        <i />
      </div>
    </div>
  )
}
