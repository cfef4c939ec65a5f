import type { Typist } from '@usher-chat/sdk/agent'
import { Avatar } from '../../ui/avatar.tsx'
import type { Speaker } from './message-line.tsx'

/** Who is typing right now; of the visitor also what, where the site allows it. */
export function TypingLine({ typist, speaker }: { typist: Typist; speaker: Speaker }) {
  const { role, id, text, avatarUrl } = typist
  return (
    <div class={`message typing first last ${role === 'visitor' ? 'theirs' : 'ours'}`}>
      {role === 'visitor' && (
        <span class="message-avatar">
          <Avatar id={id} name={speaker.avatarName ?? speaker.name} url={avatarUrl} />
        </span>
      )}
      <div class="message-main">
        <div class="bubble">
          {text !== undefined && text !== '' && (
            <div class="bubble-text" dir="auto">
              {text}
            </div>
          )}
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
        </div>
        <div class="delivery">{speaker.name} is typing…</div>
      </div>
    </div>
  )
}
