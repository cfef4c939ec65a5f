import { describe, expect, test } from 'vitest'
import { readDraft } from './peer-message.ts'
import { readPeerToken, signPeerToken } from './peer-token.ts'

describe('the token of a peer', () => {
  const person = { role: 'visitor', site: 3, id: 'v1' } as const
  const token = signPeerToken('secret', person)

  test('names its bearer', () => {
    expect(readPeerToken('secret', token)).toEqual(person)
  })

  test.each([
    token.replace('v1', 'v2'),
    token.replace('.3.', '.4.'),
    token.slice(0, -1),
    signPeerToken('other', person),
    'visitor.3.v1',
    undefined,
    7,
  ])('of another making opens nothing: %s', (forged) => {
    expect(readPeerToken('secret', forged)).toBeUndefined()
  })
})

test('a peer takes the messages Usher takes', () => {
  const id = '01890a5d-ac96-774b-bcce-b302099a8057'
  expect(readDraft({ id, text: 'hello' })).toEqual({ id, text: 'hello' })
  for (const wrong of [{ id, text: '' }, { id, text: 'x'.repeat(4_001) }, { id: 'x', text: 'x' }, null, 'x'])
    expect(readDraft(wrong)).toBeUndefined()
})
