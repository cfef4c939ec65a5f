import type { Delivery } from '@usher-chat/sdk/visitor'
import { Icon, icons } from '../ui/icon.tsx'
import { usePanel } from './panel-context.ts'

const looks: Record<Exclude<Delivery, 'failed'>, [path: string, text: 'queuedMessage' | 'sending' | 'sent' | 'saved' | 'read']> = {
  queued: [icons.clock, 'queuedMessage'],
  sending: [icons.clock, 'sending'],
  sent: [icons.tick, 'sent'],
  saved: [icons.ticks, 'saved'],
  read: [icons.ticks, 'read'],
}

/** How far an own message has come: a clock, one tick, two ticks, two coloured ticks. */
export function DeliveryTick({ delivery }: { delivery: Exclude<Delivery, 'failed'> }) {
  const { wording } = usePanel()
  const [path, text] = looks[delivery]
  return (
    <span class={delivery} title={wording.texts[text]}>
      <Icon path={path} size={15} />
      <span class="sr">{wording.texts[text]}</span>
    </span>
  )
}
