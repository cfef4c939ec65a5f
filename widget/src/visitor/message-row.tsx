import type { TimelineMessage } from '@usher-chat/sdk/visitor'
import { Avatar } from '../ui/avatar.tsx'
import { RichText } from '../ui/rich-text.tsx'
import { timeFormat } from '../ui/time-format.ts'
import { DeliveryTick } from './delivery-tick.tsx'
import { FailedActions } from './failed-actions.tsx'
import { usePanel } from './panel-context.ts'

interface MessageRowProps {
  message: TimelineMessage
  first: boolean
  last: boolean
  meta: boolean
}

/** One bubble, with its author at the start of a group and its time at the end. */
export function MessageRow({ message, first, last, meta }: MessageRowProps) {
  const { wording } = usePanel()
  const { texts } = wording
  const format = timeFormat(wording.locale)
  const time = format.time(message.at)
  const name = message.mine ? texts.you : (message.author.name ?? texts.agent)
  const shape = `${message.mine ? 'own' : 'other'}${first ? ' first' : ''}${last ? ' last' : ''}${message.delivery === 'failed' ? ' lost' : ''}`
  return (
    <div class={`row message ${shape}`} data-id={message.id} data-delivery={message.delivery}>
      {!message.mine && <div class="side">{last && <Avatar id={message.author.id} name={name} url={message.author.avatarUrl} />}</div>}
      <div class="stack">
        {!message.mine && first && (
          <bdi class="name" aria-hidden="true">
            {name}
          </bdi>
        )}
        <div class="bubble" dir="auto" title={format.full(message.at)}>
          <span class="sr">{texts.said(name, time)}: </span>
          {message.kind === 'text' ? <RichText text={message.text} /> : <i>{texts.unknownKind}</i>}
        </div>
        {message.delivery === 'failed' ? (
          <FailedActions message={message} />
        ) : (
          meta && (
            <span class="meta">
              <time dir="auto" aria-hidden="true">
                {time}
              </time>
              {message.delivery && <DeliveryTick delivery={message.delivery} />}
            </span>
          )
        )}
      </div>
    </div>
  )
}
