import { expect, test } from 'vitest'
import { createAuthorLast } from './author-last.ts'

function setUp() {
  const sent: string[] = []
  const waiting: (() => void)[] = []
  const delivery = createAuthorLast({
    send: (frames) => sent.push(...frames.map(String)),
    later: (flush) => waiting.push(flush),
  })
  const deliver = (...frames: string[]): void => delivery.deliver(frames.map((frame) => Buffer.from(frame)))
  const servedOthers = (): void => {
    for (const flush of waiting.splice(0)) flush()
  }
  return { sent, waiting, delivery, deliver, servedOthers }
}

test('who only reads gets everything at once', () => {
  const { sent, waiting, deliver } = setUp()
  deliver('a', 'b')
  expect(sent).toEqual(['a', 'b'])
  expect(waiting).toEqual([])
})

test('who has written gets the next thing after the others, once', () => {
  const { sent, delivery, deliver, servedOthers } = setUp()
  delivery.wrote()
  deliver('own copy')
  expect(sent).toEqual([])
  servedOthers()
  expect(sent).toEqual(['own copy'])
  deliver('an answer')
  expect(sent).toEqual(['own copy', 'an answer'])
})

test('nothing overtakes what waits', () => {
  const { sent, waiting, delivery, deliver, servedOthers } = setUp()
  delivery.wrote()
  deliver('1')
  delivery.wrote()
  deliver('2')
  deliver('3', '4')
  expect(sent).toEqual([])
  expect(waiting).toHaveLength(1)
  servedOthers()
  expect(sent).toEqual(['1', '2', '3', '4'])
})

test('what waits is sent before a client is told goodbye, and not again after it', () => {
  const { sent, delivery, deliver, servedOthers } = setUp()
  delivery.wrote()
  deliver('own copy')
  delivery.flush()
  expect(sent).toEqual(['own copy'])
  servedOthers()
  expect(sent).toEqual(['own copy'])
})
