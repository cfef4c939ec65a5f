import { type ClientRole, permissions, subjects } from '@usher-chat/sdk/protocol'

/** Subjects a NATS user may publish to and subscribe to. Allow-lists only: what is not named is refused. */
export type Allowed = Readonly<{ publish: readonly string[]; subscribe: readonly string[] }>

/** The stream everything of every thread is stored in. */
export const streamName = 'CHAT'

/** First part of the server's own inboxes. Too short to be the id of a visitor or agent. */
export const serverInbox = '_INBOX.server'

/** First part of the provisioner's own inboxes. */
export const provisionerInbox = '_INBOX.provisioner'

/** What the running server does: add events, tell what is saved, consume, read. It can neither change nor empty the stream. */
export const serverAllowed: Allowed = {
  publish: [
    'chat.*.*.event',
    'chat.*.*.internal',
    'saved.>',
    subjects.revoked,
    `$JS.API.STREAM.INFO.${streamName}`,
    `$JS.API.CONSUMER.INFO.${streamName}.*`,
    `$JS.API.CONSUMER.MSG.NEXT.${streamName}.*`,
    `$JS.API.DIRECT.GET.${streamName}`,
    `$JS.API.DIRECT.GET.${streamName}.>`,
    `$JS.ACK.${streamName}.>`,
    `${serverInbox}.>`,
  ],
  subscribe: ['live.>', 'pulse.>', 'presence.>', 'saved.>', subjects.revoked, `${serverInbox}.>`],
}

/** What runs once at start: creates and updates the stream and its consumers. */
export const provisionerAllowed: Allowed = {
  publish: [
    '$JS.API.INFO',
    ...['CREATE', 'UPDATE', 'INFO'].map((verb) => `$JS.API.STREAM.${verb}.${streamName}`),
    `$JS.API.CONSUMER.CREATE.${streamName}.>`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${streamName}.*`,
    `$JS.API.CONSUMER.INFO.${streamName}.*`,
    `${provisionerInbox}.>`,
  ],
  subscribe: [`${provisionerInbox}.>`],
}

/** The protocol's table for a role as a template of nats-server: its own id for `{id}`, each of its sites for `{site}`. */
export function roleTemplate(role: ClientRole): Allowed {
  const own = (subject: string): string => subject.replace('{id}', '{{name()}}').replace('{site}', '{{tag(site)}}')
  return { publish: permissions[role].publish.map(own), subscribe: permissions[role].subscribe.map(own) }
}
