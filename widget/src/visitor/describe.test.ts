import { type ThreadEvent, UsherError } from '@usher-chat/sdk/protocol'
import { describe, expect, test } from 'vitest'
import { describeConnection } from './describe-connection.ts'
import { describeError } from './describe-error.ts'
import { describeEvent } from './describe-event.ts'
import { wordingFor } from './texts.ts'

const wording = wordingFor('en')
const event = (type: ThreadEvent['type'], data: object) => ({ v: 1, id: '', conversation: '', type, data }) as ThreadEvent

describe('what the visitor is told', () => {
  test('events are quiet lines, and the opening of a conversation is none', () => {
    const tell = (type: ThreadEvent['type'], data: object) => describeEvent(event(type, data), wording.texts)
    expect(tell('conversation.opened', {})).toBeUndefined()
    expect(tell('conversation.assigned', { agent: { id: 'a', name: 'Anna' }, by: 'router' })).toBe('Anna joined the conversation')
    expect(tell('conversation.queued', { position: 3, reason: 'all_agents_busy' })).toBe('You are number 3 in the queue')
    expect(tell('conversation.queued', { position: 1, reason: 'all_agents_busy' })).toBe('You are next in the queue')
    expect(tell('conversation.resolved', { by: 'a' })).toMatch(/^Conversation ended/)
  })

  test('an error is a sentence, never a code; an unknown fault has one too', () => {
    expect(describeError(new UsherError('origin_not_allowed', 'unable to start; origin'), wording)).toBe(
      'This chat is not allowed on this web address.',
    )
    expect(describeError(new TypeError('x is not a function'), wording)).toBe('Something went wrong on our side.')
    expect(describeError(new UsherError('conflict', 'unable to x; y'), wording)).toBe('Something went wrong on our side.')
  })

  test('the connection is told of only when it is away, with the seconds until the next try', () => {
    const tell = (status: Parameters<typeof describeConnection>[0], online = true) =>
      describeConnection(status, online, 1_000, wording)?.text
    expect(tell({ state: 'connected' })).toBeUndefined()
    expect(tell({ state: 'reconnecting', retryAt: 5_500 })).toBe('Connection lost. Trying again in 5 s')
    expect(tell({ state: 'reconnecting', retryAt: 900 })).toBe('Connection lost. Reconnecting…')
    expect(tell({ state: 'reconnecting', retryAt: 5_500 }, false)).toMatch(/^You are offline/)
    expect(tell({ state: 'failed', error: new UsherError('session_revoked', 'unable to connect; revoked') })).toMatch(
      /^Your chat was ended/,
    )
  })

  test('a page in a language without texts has English texts and English times', () => {
    expect(wordingFor('de-CH').locale).toBe('en')
    expect(wordingFor('en-GB').locale).toBe('en-GB')
  })
})
