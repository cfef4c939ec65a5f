import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type OwnStack, startOwnStack } from '../../server/replay/own-stack.ts'
import type { AgentClient, Conversation, VisitorClient } from '../src/types.ts'
import { createAgent, createCable, createVisitor, slow, texts } from './real-people.ts'

let stack: OwnStack
let agent: AgentClient
const agentCable = createCable()
const open: VisitorClient[] = []

beforeAll(async () => {
  stack = await startOwnStack()
  agent = await createAgent(stack.demo, agentCable)
  await agent.setPresence('online')
})

afterAll(async () => {
  for (const visitor of open) await visitor.close()
  await agent?.close()
  await stack?.stop()
})

function visitorWith(cable = createCable()): { visitor: VisitorClient; cable: typeof cable } {
  const visitor = createVisitor(stack.demo, cable)
  open.push(visitor)
  visitor.connect()
  return { visitor, cable }
}

const screen = (client: { thread: VisitorClient['thread'] }) => texts(client.thread.items.getSnapshot())
const deliveries = ({ thread }: VisitorClient) =>
  thread.items.getSnapshot().flatMap((item) => (item.type === 'message' && item.mine ? [item.delivery] : []))

async function conversationOf(visitor: VisitorClient): Promise<Conversation> {
  const id = visitor.session.getSnapshot()!.visitor.id
  const list = agent.inbox('all')
  const found = await vi.waitUntil(() => list.items.getSnapshot().find((conversation) => conversation.visitor.id === id), slow)
  list.release()
  return found
}

it('a visitor and an agent talk, each message goes to saved and read, and the agent sees who writes', async () => {
  const { visitor } = visitorWith()
  await visitor.thread.send('Is the balcony open tonight?')
  const conversation = await conversationOf(visitor)
  const thread = agent.thread(conversation.site, conversation.visitor.id)
  await vi.waitUntil(() => texts(thread.items.getSnapshot()).includes('Is the balcony open tonight?'), slow)
  await vi.waitFor(() => expect(deliveries(visitor)).toEqual(['saved']), slow)
  thread.keystroke('Y')
  await vi.waitUntil(() => visitor.thread.typing.getSnapshot().length === 1, slow)
  await thread.send('Yes, until midnight.')
  await vi.waitUntil(() => screen(visitor).includes('Yes, until midnight.'), slow)
  const answer = visitor.thread.items.getSnapshot().at(-1)
  await vi.waitFor(() => expect(visitor.thread.items.getSnapshot().at(-1)).toMatchObject({ author: { name: 'Anna Lindqvist' } }), slow)
  expect(answer).toMatchObject({ mine: false })
  thread.markRead()
  await vi.waitFor(() => expect(deliveries(visitor)).toEqual(['read']), slow)
  const card = await agent.visitor(conversation.site, conversation.visitor.id)
  expect(card).toMatchObject({ locale: 'en', page: { title: 'Opening night' } })
  thread.release()
})

it('[P6] a note never reaches the visitor', async () => {
  const { visitor } = visitorWith()
  await visitor.thread.send('hello')
  const conversation = await conversationOf(visitor)
  const thread = agent.thread(conversation.site, conversation.visitor.id)
  await thread.note('looks like a regular')
  await thread.send('hi')
  await vi.waitUntil(() => screen(visitor).includes('hi'), slow)
  expect(screen(visitor)).toEqual(['hello', 'hi'])
  expect(texts(thread.items.getSnapshot())).toEqual(['hello', 'looks like a regular', 'hi'])
  thread.release()
})

it('[P3] [P5] a cut connection: what was missed is there soon, what was written meanwhile goes out once, in order', async () => {
  const { visitor, cable } = visitorWith()
  await visitor.thread.send('before')
  const conversation = await conversationOf(visitor)
  const thread = agent.thread(conversation.site, conversation.visitor.id)
  await vi.waitUntil(() => texts(thread.items.getSnapshot()).length === 1, slow)
  cable.cut()
  const waiting = Promise.all(['one', 'two', 'three'].map((text) => visitor.thread.send(text)))
  await thread.send('are you there?')
  await vi.waitUntil(() => visitor.connection.getSnapshot().state === 'connected', slow)
  const since = Date.now()
  await waiting
  await vi.waitUntil(() => screen(visitor).includes('are you there?'), slow)
  expect(Date.now() - since).toBeLessThan(2_000)
  await vi.waitFor(() => expect(deliveries(visitor)).toEqual(['saved', 'saved', 'saved', 'saved']), slow)
  await vi.waitFor(() => expect(texts(thread.items.getSnapshot())).toEqual(screen(visitor)), slow)
  expect(screen(visitor).filter((text) => text !== 'are you there?')).toEqual(['before', 'one', 'two', 'three'])
  thread.release()
})

it('the inbox follows the life of a conversation', async () => {
  const mine = agent.inbox('mine')
  const { visitor } = visitorWith()
  await visitor.thread.send('please help')
  const { id } = await conversationOf(visitor)
  const find = () => mine.items.getSnapshot().find((conversation) => conversation.id === id)
  await vi.waitUntil(find, slow)
  await vi.waitFor(() => expect(find()).toMatchObject({ status: 'open', unread: 1, lastMessage: { text: 'please help' } }), slow)
  const thread = agent.thread(find()!.site, find()!.visitor.id)
  await vi.waitUntil(() => thread.items.getSnapshot().length > 0, slow)
  thread.markRead()
  await vi.waitFor(() => expect(find()).toMatchObject({ unread: 0 }), slow)
  await agent.resolve(id)
  await vi.waitFor(() => expect(find()).toBe(undefined), slow)
  await vi.waitUntil(
    () => visitor.thread.items.getSnapshot().some((item) => item.type === 'event' && item.event.type === 'conversation.resolved'),
    slow,
  )
  await agent.reopen(id)
  await vi.waitUntil(find, slow)
  thread.release()
  mine.release()
})

it('an agent whose connection was cut hears what came meanwhile', async () => {
  const { visitor } = visitorWith()
  await visitor.thread.send('first')
  const conversation = await conversationOf(visitor)
  const thread = agent.thread(conversation.site, conversation.visitor.id)
  await vi.waitUntil(() => texts(thread.items.getSnapshot()).length === 1, slow)
  agentCable.cut()
  await visitor.thread.send('second')
  await vi.waitUntil(() => texts(thread.items.getSnapshot()).length === 2, slow)
  await vi.waitUntil(() => agent.connection.getSnapshot().state === 'connected', slow)
  thread.release()
})

it('a wrong password is refused with words', async () => {
  await expect(agent.login({ email: 'anna@demo.example', password: 'wrong' })).rejects.toMatchObject({ code: 'wrong_credentials' })
})

it('an unknown site fails for good', async () => {
  const visitor = createVisitor(stack.demo, createCable(), { siteKey: 'nosuchsitenosuchsite' })
  open.push(visitor)
  visitor.connect()
  await vi.waitFor(() => expect(visitor.connection.getSnapshot()).toMatchObject({ state: 'failed', error: { code: 'site_unknown' } }), slow)
})
