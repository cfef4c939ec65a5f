import { createServer } from 'node:http'
import pg from 'pg'
import { type WebSocket, WebSocketServer } from 'ws'
import { type PeerDraft, readDraft } from '../peer-message.ts'
import { type PeerSettings, runPeer } from '../peer-settings.ts'
import { type PeerPerson, readPeerToken } from '../peer-token.ts'

/** The table of the other peer: an order, and one key that makes a retry harmless. */
const schema = `create table if not exists messages (
  seq bigint generated always as identity primary key,
  thread text not null, id uuid not null unique, author text not null, body text not null, at timestamptz not null default now()
)`

const channel = 'messages'

const insert = {
  // Named: Postgres parses and plans it once per connection, not once per message.
  // Row and notice in one statement: one round trip, one commit; a copy notifies nobody.
  name: 'insert-message',
  text: `with stored as (
    insert into messages (thread, id, author, body) values ($1, $2, 'visitor', $3) on conflict (id) do nothing returning *
  )
  select seq, pg_notify('${channel}', row_to_json(notice)::text)
  from (select id, thread, seq, at, author, case when octet_length(body) < 6000 then body end as text from stored) as notice`,
}

interface Stored {
  id: string
  thread: string
  text: string | null
}

/** `ws` in front of Postgres, which stores and fans out: acknowledged after COMMIT, sent to every screen on NOTIFY. */
async function start({ databaseUrl, secret, port }: PeerSettings): Promise<void> {
  // The same pool as the other peer.
  // NOTIFY takes a lock of the whole database at commit, so more connections only wait longer.
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 })
  await pool.query(schema)
  const screens = createScreens()
  const listener = new pg.Client({ connectionString: databaseUrl })
  await listener.connect()
  listener.on('notification', ({ payload }) => void deliver(pool, screens, payload ?? ''))
  await listener.query(`listen ${channel}`)

  const http = createServer()
  // No compression, and frames no longer than any message: as at Usher's door.
  // The library keeps no list of clients: the map of screens is one.
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false, maxPayload: 64 * 1_024, clientTracking: false })
  sockets.on('connection', (ws, request) => {
    const person = readPeerToken(secret, new URL(request.url ?? '', 'http://peer').searchParams.get('token'))
    if (person === undefined) return ws.close(1_008, 'unauthorized')
    screens.join(person, ws)
    ws.on('message', (data) => void receive(pool, person, ws, String(data)))
    ws.send('{"ready":true}')
  })
  startPings(screens)
  await new Promise<void>((listening) => http.listen(port, '127.0.0.1', 4_096, listening))
}

type Screens = ReturnType<typeof createScreens>

/** Sockets by thread; agents see every thread. */
function createScreens() {
  const agents = new Set<WebSocket>()
  const threads = new Map<string, Set<WebSocket>>()
  const leave = (thread: string, tabs: Set<WebSocket>, ws: WebSocket): void => {
    tabs.delete(ws)
    if (tabs.size === 0) threads.delete(thread)
  }
  return {
    join({ role, id }: PeerPerson, ws: WebSocket): void {
      const tabs = role === 'agent' ? agents : (threads.get(id) ?? new Set<WebSocket>())
      if (role === 'visitor') threads.set(id, tabs)
      tabs.add(ws)
      ws.on('error', () => {})
      ws.on('close', () => (role === 'agent' ? agents.delete(ws) : leave(id, tabs, ws)))
    },
    of: (thread: string): WebSocket[] => [...(threads.get(thread) ?? []), ...agents],
    all: (): WebSocket[] => [...agents, ...[...threads.values()].flatMap((tabs) => [...tabs])],
  }
}

async function receive(pool: pg.Pool, { id: thread }: PeerPerson, ws: WebSocket, json: string): Promise<void> {
  const draft = parse(json)
  if (draft === undefined) return ws.send('{"error":"invalid"}')
  try {
    const { rows } = await pool.query({ ...insert, values: [thread, draft.id, draft.text] })
    ws.send(`{"ack":${rows[0]?.seq ?? 0},"id":"${draft.id}"}`)
  } catch {
    ws.send('{"error":"unavailable"}')
  }
}

function parse(json: string): PeerDraft | undefined {
  try {
    return readDraft(JSON.parse(json))
  } catch {
    return undefined
  }
}

/** A notice holds at most 8,000 bytes: the text of a longer message is read from its row. */
async function deliver(pool: pg.Pool, screens: Screens, payload: string): Promise<void> {
  const stored = JSON.parse(payload) as Stored
  let frame = `{"message":${payload}}`
  if (stored.text === null) {
    const { rows } = await pool.query('select body from messages where id = $1', [stored.id])
    frame = JSON.stringify({ message: { ...stored, text: rows[0]?.body } })
  }
  for (const ws of screens.of(stored.thread)) ws.send(frame)
}

/** A ping every 25 s, as Socket.IO sends. */
function startPings(screens: Screens): void {
  setInterval(() => {
    for (const ws of screens.all()) ws.ping()
  }, 25_000)
}

runPeer(start)
