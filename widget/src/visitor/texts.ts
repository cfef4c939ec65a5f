import type { ErrorCode } from '@usher-chat/sdk/protocol'

const plural = (count: number, one: string, many: string) => (count === 1 ? one : many.replace('#', String(count)))

/** Every sentence of the panel that is not the site's own. */
const english = {
  close: 'Close chat',
  log: 'Messages',
  composer: 'Your message',
  placeholder: 'Write a message…',
  send: 'Send message',
  you: 'You',
  agent: 'Support',
  online: 'Online now',
  away: 'We answer as soon as we can',
  identified: (name: string) => `Chatting as ${name}`,
  welcome: (site: string) => `Welcome to ${site}`,
  firstAnswer: 'The team is here. Ask away!',
  laterAnswer: 'Nobody is at the desk right now. Leave a message, it will be answered here.',
  loading: 'Loading the conversation',
  loadingOlder: 'Loading older messages',
  start: 'This is where your conversation begins',
  typing: (names: readonly string[]) => (names.length === 1 ? `${names[0]} is typing` : `${names.join(', ')} are typing`),
  typingPreview: 'The team can see what you type before you send it.',
  newMessages: (count: number) => plural(count, '1 new message', '# new messages'),
  toLatest: 'Jump to the latest message',
  unknownKind: 'This message cannot be shown here. Reload the page to get the newest version of the chat.',
  said: (name: string, time: string) => `${name}, ${time}`,

  // events of the thread
  joined: (name: string) => `${name} joined the conversation`,
  queued: (position: number) => (position <= 1 ? 'You are next in the queue' : `You are number ${position} in the queue`),
  queuedOffline: 'Nobody is available right now. Your message is kept, and answered here.',
  agentGone: 'The connection to your agent was lost. We are finding someone else for you.',
  ended: 'Conversation ended. Write again whenever you like.',
  reopened: 'Conversation reopened',

  // delivery
  deliveryQueued: 'Waiting for the connection',
  deliverySending: 'Sending',
  deliverySent: 'Sent',
  deliverySaved: 'Delivered',
  deliveryRead: 'Read',
  notSent: 'Not sent.',
  retry: 'Try again',
  discard: 'Discard',

  // composer
  charactersLeft: (count: number) => plural(count, '1 character left', '# characters left'),
  charactersOver: (count: number) => plural(count, '1 character too many', '# characters too many'),

  // connection
  offline: 'You are offline. What you write is sent when you are back.',
  connecting: 'Connecting…',
  reconnecting: 'Connection lost. Reconnecting…',
  reconnectingIn: (seconds: number) => `Connection lost. Trying again in ${seconds} s`,
  unavailableTitle: 'The chat is not available',
  retryIn: (seconds: number) => `Trying again in ${seconds} s`,
}

export type Texts = typeof english

/** The sentence for an error a visitor can meet. Codes that only a programming mistake can cause share the last one. */
const englishErrors: Partial<Record<ErrorCode, string>> & { internal: string } = {
  site_unknown: 'This chat is not set up yet: its site key is unknown.',
  origin_not_allowed: 'This chat is not allowed on this web address.',
  identity_invalid: 'We could not confirm who you are. Please reload the page or sign in again.',
  session_revoked: 'Your chat was ended on this device. Reload the page to start again.',
  forbidden: 'You cannot write here.',
  connection_failed: 'We cannot reach the chat right now. Check your connection.',
  connection_lost: 'The connection was lost on the way.',
  timeout: 'The chat is taking too long to answer.',
  service_unavailable: 'The chat is having a short break. It will be back in a moment.',
  rate_limited: 'That was a little too fast. Please wait a moment.',
  message_too_long: 'This message is too long.',
  payload_too_large: 'This message is too long.',
  validation_failed: 'This message cannot be sent as it is.',
  thread_full: 'This conversation is very busy. Please try again in a little while.',
  outbox_full: 'Too many messages wait to be sent. Please wait for the connection.',
  internal: 'Something went wrong on our side.',
}

export interface Wording {
  texts: Texts
  errors: typeof englishErrors
  /** The locale times are written in. */
  locale: string
}

const languages: Record<string, Omit<Wording, 'locale'>> = { en: { texts: english, errors: englishErrors } }

/** The texts for a page's language (`de-CH` → `de`), English where there are none yet. Times follow the language of the texts. */
export function wordingFor(locale: string): Wording {
  const language = locale.toLowerCase().split('-')[0] ?? ''
  const known = languages[language]
  return known ? { ...known, locale } : { texts: english, errors: englishErrors, locale: 'en' }
}
