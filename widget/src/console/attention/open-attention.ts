import type { ConversationId } from '@usher-chat/sdk/protocol'
import type { SettingsStore } from '../state/settings.ts'
import { openBeeper } from './beep.ts'
import { type Locks, openSoundLeader } from './sound-leader.ts'

export interface Attention {
  /** Beeps and notifies, as far as the agent's settings and the other tabs allow. */
  tell(from: string | undefined, text: string, conversation?: ConversationId): void
  close(): void
}

/** What the browser offers; absent where it does not. */
export interface SoundDevices {
  makeAudio?: (() => AudioContext) | undefined
  /** Secure contexts only; http://localhost is one. */
  locks?: Locks | undefined
}

export interface AttentionOptions {
  devices: SoundDevices
  settings: SettingsStore
  /** A notification was clicked. */
  onChoose: (conversation: ConversationId) => void
}

export function openAttention({ devices, settings, onChoose }: AttentionOptions): Attention {
  const beeper = openBeeper(document, devices.makeAudio)
  const leader = openSoundLeader(devices.locks)
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
