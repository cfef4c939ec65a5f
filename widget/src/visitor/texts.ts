import type { ErrorCode } from '@usher-chat/sdk/protocol'

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** Every sentence of the panel that is not the site's own. */
const english = {
  close: 'Close chat',
  log: 'Messages',
  placeholder: 'Write a message…',
  send: 'Send',
  you: 'You',
  agent: 'Support',
  online: 'Online now',
  away: 'We answer as soon as we can',
  firstAnswer: 'The team is here. Ask away!',
  laterAnswer: 'Nobody is available right now. Leave a message, you will be answered here.',
  loading: 'Loading messages',
  start: 'This is where your conversation begins',
  typing: (name: string) => `${name} is typing`,
  typingPreview: 'The team can see what you type.',
  newMessages: (count: number) => plural(count, 'new message'),
  toLatest: 'Latest messages',
  unknownKind: 'Reload the page to see this message.',
  said: (name: string, time: string) => `${name}, ${time}`,

  // events of the thread
  joined: (name: string) => `${name} joined the conversation`,
  queued: (position: number) => (position > 1 ? `You are number ${position} in the queue` : 'You are next in the queue'),
  queuedOffline: 'Nobody is available right now. You will be answered here.',
  agentGone: 'Your agent is gone. We are finding someone else for you.',
  ended: 'Conversation ended. Write again whenever you like.',
  reopened: 'Conversation reopened',

  // delivery
  queuedMessage: 'Waiting for the connection',
  sending: 'Sending',
  sent: 'Sent',
  saved: 'Delivered',
  read: 'Read',
  notSent: 'Not sent.',
  retry: 'Try again',
  discard: 'Discard',

  /** Negative: that many too many. */
  charactersLeft: (count: number) => (count < 0 ? `${plural(-count, 'character')} too many` : `${plural(count, 'character')} left`),

  // connection
  offline: 'You are offline. What you write is sent when you are back.',
  connecting: 'Connecting…',
  reconnecting: 'Connection lost. Reconnecting…',
  reconnectingIn: (seconds: number) => `Connection lost. Trying again in ${seconds} s`,
  unavailable: 'The chat is not available',
  retryIn: (seconds: number) => `Trying again in ${seconds} s`,
}

export type Texts = typeof english

/** The sentence for an error a visitor can meet. Codes that only a programming mistake can cause share the last one. */
const englishErrors: Partial<Record<ErrorCode, string>> & { internal: string } = {
  site_unknown: 'This chat is not set up yet: its site key is unknown.',
  origin_not_allowed: 'This chat is not allowed on this web address.',
  identity_invalid: 'We could not confirm who you are. Please sign in again.',
  session_revoked: 'Your chat was ended. Reload the page to start again.',
  forbidden: 'You cannot write here.',
  connection_failed: 'We cannot reach the chat right now.',
  connection_lost: 'The connection was lost.',
  timeout: 'The chat does not answer.',
  service_unavailable: 'The chat is having a short break.',
  rate_limited: 'That was a little too fast.',
  message_too_long: 'The message is too long.',
  thread_full: 'This conversation is very busy right now.',
  outbox_full: 'Too many messages wait for the connection.',
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
