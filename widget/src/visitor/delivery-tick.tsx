import type { Delivery } from '@usher-chat/sdk/visitor'
import { Icon, icons } from '../ui/icon.tsx'
import { usePanel } from './panel-context.ts'
import type { Texts } from './texts.ts'

const looks: Record<Exclude<Delivery, 'failed'>, { path: string; text: keyof Texts & `delivery${string}` }> = {
  queued: { path: icons.clock, text: 'deliveryQueued' },
  sending: { path: icons.clock, text: 'deliverySending' },
  sent: { path: icons.tick, text: 'deliverySent' },
  saved: { path: icons.ticks, text: 'deliverySaved' },
  read: { path: icons.ticks, text: 'deliveryRead' },
}

/** How far an own message has come: a clock, one tick, two ticks, two coloured ticks. */
export function DeliveryTick({ delivery }: { delivery: Exclude<Delivery, 'failed'> }) {
  const { wording } = usePanel()
  const { path, text } = looks[delivery]
  return (
    <span class={`tick ${delivery}`} title={wording.texts[text]}>
      <Icon path={path} size={15} />
      <span class="sr">{wording.texts[text]}</span>
    </span>
  )
}
