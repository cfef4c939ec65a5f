import type { AgentClient, AgentThread, Thread, TimelineItem, TimelineMessage, VisitorClient } from '@usher-chat/sdk'
import { createVisitor, type Demo, startAgents } from './cast.ts'
import { addDifferences, compareThread, type Differences, noDifferences } from './compare.ts'
import type { Dialogue, Turn } from './dialogues.ts'
import { createStopwatch, type Leg, type Stopwatch, type Summary } from './measure.ts'
import { type Auditor, createAuditor } from './read-stored.ts'
import { inTime, patiently, pause, when } from './wait.ts'

export interface PlayOptions {
  demo: Demo
  dialogues: readonly Dialogue[]
  /** Dialogues that run at once. */
  visitors: number
  /** How many times faster than people. */
  speed: number
  onProgress?: (progress: Progress) => void
}

export interface Progress {
  dialogues: number
  messages: number
}

export interface Report {
  dialogues: number
  /** Messages the clients were told are stored. */
  sent: number
  /** Messages read back as committed. */
  saved: number
  differences: Differences
  /** Messages some screen announced more than once, and messages the other side never saw. */
  screens: { twice: number; never: number }
  times: Record<Leg, Summary>
  seconds: number
}

/** A person's pause before a turn, ms: reading the last line and typing the next. */
const thinkMs = 2_000

interface Stage {
  demo: Demo
  agents: AgentClient[]
  auditor: Auditor
  watch: Stopwatch
  /** `<screen> <message id>` → how often it was announced there. */
  shown: Map<string, number>
  /** Message id → told once it stands on the other side's screen. */
  expected: Map<string, () => void>
  thinkMs: number
}

/** Plays dialogues through real clients, both sides, and compares what was said with what is stored. */
export async function play(options: PlayOptions): Promise<Report> {
  const agents = await startAgents(options.demo)
  const stage: Stage = {
    demo: options.demo,
    agents,
    auditor: await createAuditor(options.demo),
    watch: createStopwatch(),
    shown: new Map(),
    expected: new Map(),
    thinkMs: thinkMs / options.speed,
  }
  for (const [index, agent] of agents.entries()) {
    agent.on('message.received', ({ message }) => announce(stage, `agent${index}`, message, 'visitor'))
  }
  try {
    return await playAll(stage, options)
  } finally {
    await Promise.all(agents.map((agent) => agent.setPresence('offline').finally(() => agent.close())))
  }
}

async function playAll(stage: Stage, { dialogues, visitors, onProgress }: PlayOptions): Promise<Report> {
  const began = performance.now()
  const waiting = [...dialogues]
  const progress: Progress = { dialogues: 0, messages: 0 }
  let differences = noDifferences
  let saved = 0
  const slot = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const visitor = await playOne(stage, next, () => {
        progress.messages++
        onProgress?.({ ...progress })
      })
      const stored = await stage.auditor.read(visitor)
      differences = addDifferences(differences, compareThread(next.turns, stored))
      saved += stored.length
      progress.dialogues++
      onProgress?.({ ...progress })
    }
  }
  await Promise.all(Array.from({ length: Math.min(visitors, dialogues.length) }, slot))
  const { watch, shown } = stage
  return {
    dialogues: progress.dialogues,
    sent: watch.summary('sent').count,
    saved,
    differences,
    screens: { twice: [...shown.values()].filter((times) => times > 1).length, never: watch.missing('screen') },
    times: { sent: watch.summary('sent'), screen: watch.summary('screen'), saved: watch.summary('saved') },
    seconds: (performance.now() - began) / 1_000,
  }
}

/** One dialogue, from the first turn to the resolved conversation; returns the visitor's id. */
async function playOne(stage: Stage, dialogue: Dialogue, onTurn: () => void): Promise<string> {
  const visitor = createVisitor(stage.demo)
  const threads = new Map<AgentClient, AgentThread>()
  try {
    const { id } = (await patiently(() => visitor.start())).visitor
    visitor.on('message.received', ({ message }) => announce(stage, id, message, 'agent'))
    visitor.connect()
    const agentThread = async () => {
      const { agent } = await assignment(stage, visitor)
      const thread = threads.get(agent) ?? agent.thread(stage.demo.site, id)
      threads.set(agent, thread)
      return thread
    }
    const saving: Promise<void>[] = []
    for (const turn of dialogue.turns) {
      await pause(stage.thinkMs)
      const { saved } = await say(stage, turn.from === 'visitor' ? visitor.thread : await agentThread(), turn)
      saving.push(saved)
      onTurn()
    }
    await Promise.all(saving)
    const { agent, conversation } = await assignment(stage, visitor)
    await patiently(() => agent.resolve(conversation))
    return id
  } finally {
    for (const thread of threads.values()) thread.release()
    await visitor.close()
  }
}

/** Sends one turn; done when the other side sees it. `saved` settles when history has it, while the talk goes on. */
async function say(stage: Stage, thread: Thread, turn: Turn): Promise<{ saved: Promise<void> }> {
  const sending = thread.send(turn.text)
  const { id } = newestOwn(thread.items.getSnapshot())
  stage.watch.start(id)
  const seen = new Promise<void>((resolve) => stage.expected.set(id, resolve))
  const saved = when(thread.items, (items) => isSaved(items, id), `message ${id} was never saved`).then(() => stage.watch.stop(id, 'saved'))
  // Reported where it is awaited, at the end of the dialogue.
  saved.catch(() => {})
  await sending
  stage.watch.stop(id, 'sent')
  await inTime(seen, `message ${id} never reached the other screen`)
  return { saved }
}

function newestOwn(items: readonly TimelineItem[]): TimelineMessage {
  const own = items.findLast((item) => item.type === 'message' && item.mine)
  if (own?.type !== 'message') throw new Error('unable to play; the message is not on its own screen')
  return own
}

function isSaved(items: readonly TimelineItem[], id: string): boolean {
  const item = items.findLast((row) => row.id === id)
  return item?.type === 'message' && (item.delivery === 'saved' || item.delivery === 'read')
}

/** The agent the router gave this conversation to, as the visitor was told. */
function assignment(stage: Stage, visitor: VisitorClient): Promise<{ agent: AgentClient; conversation: string }> {
  const find = (items: readonly TimelineItem[]) => {
    const last = items.findLast(
      (item) => item.type === 'event' && (item.event.type === 'conversation.assigned' || item.event.type === 'conversation.queued'),
    )
    if (last?.type !== 'event' || last.event.type !== 'conversation.assigned') return undefined
    const { agent: card } = last.event.data
    const agent = stage.agents.find((client) => client.me.getSnapshot()?.id === card.id)
    return agent && { agent, conversation: last.event.conversation }
  }
  return when(visitor.thread.items, find, 'no agent was assigned')
}

/** Counts a message on a screen; the first time on the other side's screen stops its clock. */
function announce(stage: Stage, screen: string, message: TimelineMessage, otherSide: 'visitor' | 'agent'): void {
  const key = `${screen} ${message.id}`
  stage.shown.set(key, (stage.shown.get(key) ?? 0) + 1)
  if (message.author.role !== otherSide) return
  stage.watch.stop(message.id, 'screen')
  stage.expected.get(message.id)?.()
  stage.expected.delete(message.id)
}
