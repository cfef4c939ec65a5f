import type { ConversationId } from '@usher-chat/sdk/protocol'
import type { SettingsStore } from '../state/settings.ts'
import { openBeeper } from './beep.ts'
import { openSoundLeader } from './sound-leader.ts'

export interface Attention {
  /** Beeps and notifies, as far as the agent's settings and the other tabs allow. */
  tell(from: string | undefined, text: string, conversation?: ConversationId): void
  close(): void
}

export function openAttention(settings: SettingsStore, onChoose: (conversation: ConversationId) => void): Attention {
  const beeper = openBeeper(document, () => new AudioContext())
  // Locks exist in secure contexts only; http://localhost is one.
  const leader = openSoundLeader('locks' in navigator ? navigator.locks : undefined)
  window.addEventListener('focus', leader.claim)
  return {
    tell(from, text, conversation) {
      if (!leader.leads()) return
      const { sound, notifications } = settings.getSnapshot()
      if (sound) beeper.play()
      if (notifications && !document.hasFocus()) notify(from ?? 'Usher', text, conversation, onChoose)
    },
    close() {
      window.removeEventListener('focus', leader.claim)
      leader.close()
      beeper.close()
    },
  }
}

/** One notification per conversation: a newer one takes the place of the one before. */
function notify(
  title: string,
  body: string,
  conversation: ConversationId | undefined,
  onChoose: (conversation: ConversationId) => void,
): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return
  const shown = new Notification(title, { body: body.slice(0, 200), tag: conversation ?? 'queue' })
  shown.onclick = () => {
    window.focus()
    if (conversation !== undefined) onChoose(conversation)
    shown.close()
  }
}
