// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest'
import { type Drawn, drawConsole } from '../gallery/draw-console.tsx'
import { createFixtureClient, type FixtureOptions } from '../gallery/fixture-client.ts'
import { conversation, message, now } from '../gallery/fixture-data.ts'
import { threadOf } from '../gallery/fixture-thread.ts'

let drawn: Drawn | undefined
afterEach(() => drawn?.close())

const many = Array.from({ length: 8 }, (_, index) => conversation(index))
const [mine, colleagues, , queued] = many as [(typeof many)[0], (typeof many)[0], (typeof many)[0], (typeof many)[0]]

async function open(place: string, options: Partial<FixtureOptions> = {}): Promise<Drawn> {
  const client = createFixtureClient({ now: () => now, conversations: many, thread: (of) => threadOf(of, 3), ...options })
  drawn = await drawConsole(client, place)
  return drawn
}

test('choosing a line of the list opens its conversation, and the address keeps it', async () => {
  const { click, text, find } = await open('/all')
  expect(text()).toContain('No conversation open')
  await click(`#conversation-${mine.id}`)
  expect(location.hash).toBe(`#/all/${mine.id}`)
  expect(find('#thread-title').textContent).toContain('Nora Feldmann')
  expect(find('[role=option][aria-selected=true]').id).toBe(`conversation-${mine.id}`)
})

test('J and K move through the list, Enter opens, and the listbox names the line the keyboard is at', async () => {
  const { press, find } = await open('/all')
  await press('j')
  await press('j')
  await press('j')
  await press('k')
  expect(find('[role=listbox]').getAttribute('aria-activedescendant')).toBe(`conversation-${colleagues.id}`)
  await press('Enter')
  expect(location.hash).toBe(`#/all/${colleagues.id}`)
})

test('the lists are counted, and G then a letter goes to one', async () => {
  const { press, find, text } = await open('/mine')
  expect(find('[href="#/queue"] .count').textContent).toContain('2')
  await press('g')
  await press('q')
  expect(location.hash).toBe('#/queue')
  expect(find('#list-title').textContent).toBe('Queue')
  expect(text()).toContain('Priya Raman')
})

test('single keys do nothing while somebody types, and nothing once they are switched off', async () => {
  const { press, find, shared } = await open(`/all/${mine.id}`)
  await press('g', find('textarea'))
  await press('q', find('textarea'))
  expect(location.hash).toBe(`#/all/${mine.id}`)
  shared.settings.change({ singleKeys: false })
  await drawn?.settle()
  await press('g', document.body)
  await press('q', document.body)
  expect(location.hash).toBe(`#/all/${mine.id}`)
})

test('E resolves the open conversation, says so, and can be undone', async () => {
  const { press, text, client, click } = await open(`/mine/${mine.id}`)
  await press('e', document.body)
  expect(text()).toContain('Resolved the conversation with Nora Feldmann.')
  expect(text()).toContain('This conversation is resolved.')
  await click('.toast-action')
  expect(client.calls).toContain(`reopen ${mine.id}`)
  expect(text()).not.toContain('This conversation is resolved.')
})

test('A takes a conversation from the queue, and it becomes writable', async () => {
  const { press, text, client } = await open(`/queue/${queued.id}`)
  expect(text()).toContain('Replying makes this conversation yours.')
  await press('a', document.body)
  expect(client.calls).toContain(`assign ${queued.id}`)
  expect(text()).not.toContain('Replying makes this conversation yours.')
})

test('a conversation of a colleague cannot be answered by accident, but taken over', async () => {
  const { text, click, client, maybe } = await open(`/all/${colleagues.id}`)
  expect(text()).toContain('Ben Okafor has this conversation.')
  expect(maybe('textarea')).toBeNull()
  await click('.composer-blocked button')
  expect(client.calls).toContain(`assign ${colleagues.id} take`)
  expect(maybe('textarea')).not.toBeNull()
})

test('A on a conversation of a colleague explains who has it and offers to take over', async () => {
  const { press, text, click, client } = await open(`/all/${colleagues.id}`)
  await press('a', document.body)
  expect(text()).toContain('Ben Okafor has this conversation')
  await click('.toast-action')
  expect(client.calls).toContain(`assign ${colleagues.id} take`)
})

test('the filter finds by name and by text, and says when nothing fits', async () => {
  const { type, text, find } = await open('/all')
  await type('.filter input', 'tomas')
  expect(find('[role=listbox]').textContent).toContain('Tomás Aguirre')
  expect(find('[role=listbox]').textContent).not.toContain('Priya Raman')
  await type('.filter input', 'zebra')
  expect(text()).toContain('No loaded conversation fits.')
})

test('? opens the shortcuts, and the router explains itself behind "Why?"', async () => {
  const { press, text, click, find } = await open(`/queue/${queued.id}`)
  await click('.why')
  expect(find('.reasons').textContent).toContain('Ben Okaforno room, 4 of 4 open')
  await press('?', document.body)
  expect(text()).toContain('Single-key shortcuts')
})

test('unread messages of the own conversations stand in the title', async () => {
  await open('/all')
  expect(document.title).toBe('(3) Usher')
})

test('what a visitor writes in the open thread appears', async () => {
  const { client, settle, find } = await open(`/mine/${mine.id}`)
  client.arrive(mine.visitor.id, message(mine.visitor, 300, { ago: 0, text: 'One more thing' }))
  await settle()
  expect(find('[role=log]').textContent).toContain('One more thing')
})
