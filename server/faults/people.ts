import type { AgentThread, Thread, VisitorClient } from '@usher-chat/sdk'
import { type AgentClient, createAgentClient } from '@usher-chat/sdk/agent'
import { createVisitorClient } from '@usher-chat/sdk/visitor'
import { createMemoryOutbox } from '../../sdk/src/outbox-memory.ts'
import { patiently, pause } from '../replay/wait.ts'
import type { Line } from './line.ts'
import type { Observed, Screen } from './observed.ts'
import type { Random } from './random.ts'
import { say, watchThread } from './watch-thread.ts'

/** Somebody with a client: writes at their own pace until told to be quiet. */
export interface Person {
  readonly name: string
  readonly role: 'visitor' | 'agent'
  readonly line: Line
  /** Stops writing; what is under way goes on. */
  hush(): void
  /** All threads on their screens. */
  threads(): readonly Thread[]
  screens(): Screen[]
  isConnected(): boolean
  /** Ends the client as a closed page would, and opens it again with the same storage. */
  reload(): Promise<void>
  close(): Promise<void>
}

export interface PersonOptions {
  name: string
  line: Line
  random: Random
  observed: Observed
  losses: () => number
  onSaved: (who: string, id: string) => void
  /** Shortest and longest pause between two messages, ms. */
  pace: readonly [number, number]
}

/** A visitor who writes into their own thread. */
export async function startVisitor(options: PersonOptions & { siteKey: string }): Promise<Person & { visitor: string }> {
  const { name, line, siteKey, observed } = options
  const memory = new Map<string, string>()
  const outbox = createMemoryOutbox()
  let unwatch = (): void => {}
  let client: VisitorClient
  let life = 0
  let visitor = ''
  const open = async (): Promise<string> => {
    const who = `${name}.${life++}`
    client = createVisitorClient({
      baseUrl: line.baseUrl,
      siteKey,
      webSocket: line.webSocket,
      outbox,
      locale: 'en',
      storage: {
        getItem: (key) => memory.get(key) ?? null,
        setItem: (key, value) => void memory.set(key, value),
        removeItem: (key) => void memory.delete(key),
      },
    })
    client.on('message.received', ({ message }) => observed.heard.push({ who, thread: visitor, id: message.id }))
    unwatch = watchThread({ ...options, who: name, thread: client.thread })
    client.connect()
    return (await patiently(() => client.start())).visitor.id
  }
  visitor = await open()
  const talk = startTalking(options, () => say(client.thread, { who: name, visitor, text: talk.next(), note: false }, observed))
  return {
    name,
    role: 'visitor',
    line,
    visitor,
    hush: talk.stop,
    threads: () => [client.thread],
    screens: () => [screenOf(name, 'visitor', client.thread, visitor)],
    isConnected: () => client.connection.getSnapshot().state === 'connected',
    async reload() {
      unwatch()
      await client.close()
      await open()
    },
    async close() {
      talk.stop()
      unwatch()
      await client.close()
    },
  }
}

/** An agent who answers and notes in the threads of some visitors. Watches others' threads too, silently. */
export async function startAgent(
  options: PersonOptions & {
    login: { email: string; password: string }
    site: string
    answers: readonly string[]
    watches: readonly string[]
  },
): Promise<Person> {
  const { name, line, login, site, observed, random } = options
  const client = createAgentClient({ baseUrl: line.baseUrl, webSocket: line.webSocket })
  await patiently(() => client.login(login))
  client.connect()
  await patiently(() => client.setPresence('online'))
  client.on('message.received', ({ visitor, message }) => observed.heard.push({ who: name, thread: visitor, id: message.id }))
  const threads = new Map<string, AgentThread>()
  const unwatch: (() => void)[] = []
  for (const visitor of [...options.answers, ...options.watches]) {
    const thread = client.thread(site, visitor)
    threads.set(visitor, thread)
    unwatch.push(watchThread({ ...options, who: name, thread }))
  }
  const talk = startTalking(options, () => {
    const visitor = random.pick(options.answers)
    const thread = threads.get(visitor)!
    if (random.chance(0.05)) void resolveOne(client, thread)
    say(thread, { who: name, visitor, text: talk.next(), note: random.chance(0.1) }, observed)
  })
  return {
    name,
    role: 'agent',
    line,
    hush: talk.stop,
    threads: () => [...threads.values()],
    screens: () => [...threads].map(([visitor, thread]) => screenOf(name, 'agent', thread, visitor)),
    isConnected: () => client.connection.getSnapshot().state === 'connected',
    reload: async () => {},
    async close() {
      talk.stop()
      for (const stop of unwatch) stop()
      for (const thread of threads.values()) thread.release()
      await client.close()
    },
  }
}

/** Ends the conversation that the thread shows last, if the server can do that now. */
async function resolveOne(client: AgentClient, thread: AgentThread): Promise<void> {
  const last = thread.items.getSnapshot().findLast((item) => item.type === 'event')
  if (last?.type === 'event') await client.resolve(last.event.conversation).catch(() => {})
}

function startTalking({ name, random, pace }: PersonOptions, speak: () => void): { stop(): void; next(): string } {
  let isQuiet = false
  let count = 0
  const talk = async (): Promise<void> => {
    for (;;) {
      await pause(random.between(...pace))
      if (isQuiet) return
      speak()
    }
  }
  void talk()
  return {
    stop: () => {
      isQuiet = true
    },
    next: () => `${name} says ${count++}`,
  }
}

function screenOf(who: string, role: Screen['role'], { items }: Thread, visitor: string): Screen {
  const rows = items.getSnapshot().map((item) => ({
    id: item.id,
    seq: item.seq,
    ...(item.type === 'message' && item.delivery !== undefined && { delivery: item.delivery }),
  }))
  return { who, role, thread: visitor, rows }
}
