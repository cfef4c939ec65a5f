import {
  type AgentId,
  agentPulse,
  decode,
  heartbeat,
  type Presence,
  readPresenceSubject,
  readPulseSubject,
  visitorPulse,
} from '@usher-chat/sdk/protocol'
import type { Bus, BusMessage } from '../bus/bus.ts'
import type { Db } from '../db/connect-db.ts'
import { postgresFailure } from '../db/postgres-failure.ts'
import type { Log } from '../log.ts'
import { type Loop, startLoop } from '../start-loop.ts'
import { createLatest, type Latest } from './latest.ts'
import { type Cursor, cursorKey, writeCursors } from './write-cursors.ts'
import { type Beat, writeHeartbeats } from './write-heartbeats.ts'
import { type Whereabouts, writePages } from './write-pages.ts'

/** What presence needs. Times in ms. */
export interface PresenceOptions {
  bus: Pick<Bus, 'subscribe'>
  db: Db
  log: Log
  /** An agent's presence is another now: the router may want to look. */
  onChange: () => void
  clock?: () => Date
  /** How often heartbeats are written; a changed presence is written at once. */
  beatsEveryMs?: number
  /** How often reading and whereabouts are written. */
  pulsesEveryMs?: number
}

/** Most agents, readers or visitors remembered between two writes, or while Postgres is away. */
const limit = 20_000
/** How long a read cursor waits for the first message of its thread to be stored, ms. */
const cursorPatienceMs = 30_000

/**
 * Brings what is only said on the wire to Postgres: agents' heartbeats, how far people have read, where visitors are. Every
 * server hears and writes all of it; the writes are such that this does no harm. While Postgres is away the newest is kept.
 */
export function startPresence(options: PresenceOptions): { stop(): Promise<void> } {
  const { bus } = options
  const beats = keepBeats(options)
  const pulses = keepPulses(options)
  const unsubscribe = [bus.subscribe('presence.*', beats.onMessage), bus.subscribe('pulse.*.*.>', pulses.onMessage)]
  return {
    async stop() {
      for (const end of unsubscribe) end()
      await Promise.all([beats.stop(), pulses.stop()])
    },
  }
}

interface Keeper {
  onMessage(message: BusMessage): void
  /** Writes what is left, if Postgres can. */
  stop(): Promise<void>
}

function keepBeats({ db, log, onChange, clock = () => new Date(), beatsEveryMs = 2_000 }: PresenceOptions): Keeper {
  const latest = createLatest<Beat>({ limit, newest: (_, newer) => newer })
  /** What was written last. */
  const written = new Map<AgentId, Presence>()
  const write = writing(latest, log, async (beats) => {
    const changed = await writeHeartbeats(db, beats)
    if (written.size > limit) written.clear()
    for (const [agent, { presence }] of beats) written.set(agent, presence)
    if (changed.length > 0) onChange()
  })
  const loop = startLoop({ name: 'write heartbeats', everyMs: beatsEveryMs, work: write, log })
  return {
    onMessage({ subject, data }) {
      const agent = readPresenceSubject(subject)
      const beat = decode(heartbeat, data)
      if (agent === undefined || beat === undefined) return
      latest.put(agent, { presence: beat.presence, at: clock() })
      if (written.get(agent) !== beat.presence) loop.wake()
    },
    stop: () => stopWriting([loop], [write]),
  }
}

function keepPulses({ db, log, clock = () => new Date(), pulsesEveryMs = 1_000 }: PresenceOptions): Keeper {
  const cursors = createLatest<Cursor>({ limit, newest: (older, newer) => (newer.seq > older.seq ? newer : older) })
  const pages = createLatest<Whereabouts>({ limit, newest: (_, newer) => newer })
  const writeAllCursors = writing(cursors, log, async (taken) => {
    const known = await writeCursors(db, taken.values())
    const since = clock().getTime() - cursorPatienceMs
    cursors.giveBack(new Map([...taken].filter(([key, { at }]) => !known.has(key) && at.getTime() > since)))
  })
  const writeAllPages = writing(pages, log, (taken) => writePages(db, taken.values()))
  const loops = [
    startLoop({ name: 'write read cursors', everyMs: pulsesEveryMs, work: writeAllCursors, log }),
    startLoop({ name: 'write whereabouts', everyMs: pulsesEveryMs, work: writeAllPages, log }),
  ]
  const read = (cursor: Cursor): void => cursors.put(cursorKey(cursor), cursor)
  return {
    onMessage({ subject, data }) {
      const from = readPulseSubject(subject)
      if (from === undefined) return
      const { site, visitor } = from
      const at = clock()
      if (from.type === 'agent') {
        const pulse = decode(agentPulse, data)
        if (pulse?.type === 'read') read({ site, visitor, reader: from.agent, seq: pulse.seq, at })
        return
      }
      const pulse = decode(visitorPulse, data)
      if (pulse?.type === 'read') read({ site, visitor, reader: 'visitor', seq: pulse.seq, at })
      if (pulse?.type === 'here') pages.put(`${site}.${visitor}`, { site, visitor, page: pulse.page, at })
    },
    stop: () => stopWriting(loops, [writeAllCursors, writeAllPages]),
  }
}

/** Writes what has been kept. What Postgres cannot take now is kept; what it refuses for what it is, is dropped. */
function writing<Value>(latest: Latest<Value>, log: Log, write: (values: Map<string, Value>) => Promise<void>): () => Promise<void> {
  return async () => {
    const values = latest.take()
    if (values.size === 0) return
    try {
      await write(values)
    } catch (error) {
      if (postgresFailure(error) !== 'data') {
        latest.giveBack(values)
        throw error
      }
      log.error({ error, values: values.size }, 'pulses that Postgres refuses are dropped')
    }
  }
}

async function stopWriting(loops: readonly Loop[], writes: readonly (() => Promise<void>)[]): Promise<void> {
  await Promise.all(loops.map((loop) => loop.stop()))
  await Promise.allSettled(writes.map((write) => write()))
}
