import type { Delivery } from '@usher-chat/sdk/agent'

/** The delivery of an own message as the agent reads it. */
export const deliveryLabels: Record<Delivery, string> = {
  queued: 'Waiting for the connection',
  sending: 'Sending',
  sent: 'Sent',
  saved: 'Delivered',
  read: 'Read',
  failed: 'Not sent',
}
