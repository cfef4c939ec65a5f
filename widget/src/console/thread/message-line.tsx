import type { AgentThread, TimelineMessage } from '@usher-chat/sdk/agent'
import { Avatar } from '../../ui/avatar.tsx'
import { RichText } from '../../ui/rich-text.tsx'
import { timeFormat } from '../../ui/time-format.ts'
import { Icon, type IconName } from '../shell/icon.tsx'
import { explainError } from '../state/explain-error.ts'
import type { MessageRow } from './build-rows.ts'
import { deliveryLabels } from './describe-delivery.ts'

/** What somebody is called here. */
export interface Speaker {
  name: string
  /** What their initials are made from, where it is not the name. */
  avatarName?: string
}

interface MessageLineProps {
  row: MessageRow
  speaker: Speaker
  thread: AgentThread
}

/** One message or note, with who and when above the first of a run and its delivery below the last. */
export function MessageLine({ row, speaker, thread }: MessageLineProps) {
  const { message, first, last, showDelivery } = row
  const { author, note, at, text, kind } = message
  const side = author.role === 'visitor' ? 'theirs' : 'ours'
  const times = timeFormat()
  return (
    <div class={['message', side, message.mine && 'mine', note && 'note', first && 'first', last && 'last'].filter(Boolean).join(' ')}>
      {side === 'theirs' && (
        <span class="message-avatar">
          {last && <Avatar id={author.id} name={speaker.avatarName ?? speaker.name} url={author.avatarUrl} />}
        </span>
      )}
      <div class="message-main">
        {first && (
          <div class="message-head">
            <b dir="auto">{message.mine ? 'You' : speaker.name}</b>
            <time dateTime={at.toISOString()} title={times.full(at)}>
              {times.time(at)}
            </time>
          </div>
        )}
        <div class="bubble" title={times.full(at)}>
          {note && first && (
            <div class="note-label">
              <Icon name="note" size={14} />
              Only your team sees this
            </div>
          )}
          <div class="bubble-text" dir="auto">
            {kind === 'text' ? <RichText text={text} /> : <i>This kind of message can’t be shown here yet.</i>}
          </div>
        </div>
        {showDelivery && <DeliveryLine message={message} thread={thread} />}
      </div>
    </div>
  )
}

const deliveryIcons = {
  queued: 'clock',
  sending: 'clock',
  sent: 'check',
  saved: 'check',
  read: 'check-twice',
  failed: 'alert',
} as const satisfies Record<string, IconName>

/** Notes have no reader to wait for: once stored they say nothing more. */
function DeliveryLine({ message, thread }: { message: TimelineMessage; thread: AgentThread }) {
  const { delivery, note, error, id } = message
  if (delivery === undefined) return null
  if (note && delivery !== 'failed' && delivery !== 'queued' && delivery !== 'sending') return null
  if (delivery === 'failed') {
    return (
      <div class="delivery failed">
        <Icon name="alert" size={14} />
        <span>Not sent{error === undefined ? '' : `: ${explainError(error)}`}</span>
        {/* The row shows a second refusal just as it shows the first. */}
        <button type="button" class="link" onClick={() => thread.retry(id).catch(() => {})}>
          Try again
        </button>
        <button type="button" class="link quiet" onClick={() => thread.discard(id)}>
          Discard
        </button>
      </div>
    )
  }
  return (
    <div class={`delivery ${delivery}`}>
      <Icon name={deliveryIcons[delivery]} size={14} />
      <span>{deliveryLabels[delivery]}</span>
      {delivery === 'queued' && (
        <button type="button" class="link quiet" onClick={() => thread.discard(id)}>
          Discard
        </button>
      )}
    </div>
  )
}
