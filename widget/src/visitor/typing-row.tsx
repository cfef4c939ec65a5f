import type { Typist } from '@usher-chat/sdk/visitor'
import { Avatar } from '../ui/avatar.tsx'
import { usePanel } from './panel-context.ts'

/** Three dots beside the agent who is typing. Not announced: it would interrupt a screen reader every few seconds. */
export function TypingRow({ typist: { id, name, avatarUrl } }: { typist: Typist }) {
  const { wording } = usePanel()
  return (
    <div class="message other first typing" role="img" aria-label={wording.texts.typing(name ?? wording.texts.agent)}>
      <div class="side">
        <Avatar id={id} name={name} url={avatarUrl} />
      </div>
      <div class="bubble">
        <i />
        <i />
        <i />
      </div>
    </div>
  )
}
