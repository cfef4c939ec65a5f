import { createServer } from 'node:http'
import { createAdapter } from '@socket.io/redis-adapter'
import pg from 'pg'
import { createClient } from 'redis'
import { Server, type Socket } from 'socket.io'
import { readDraft } from '../peer-message.ts'
import { type PeerSettings, runPeer } from '../peer-settings.ts'
import { readPeerToken } from '../peer-token.ts'

/** As lean as a table of messages can be: an order, and one key that makes a retry harmless. */
const schema = `create table if not exists messages (
  seq bigint generated always as identity primary key,
  thread text not null, id uuid not null unique, author text not null, body text not null, at timestamptz not null default now()
)`

const insert = {
  // Named: Postgres parses and plans it once per connection, not once per message.
  // The key makes a retry harmless: an acknowledged message is there once.
  name: 'insert-message',
  text: 'insert into messages (thread, id, author, body) values ($1, $2, $3, $4) on conflict (id) do nothing returning seq, at',
}

const serverOptions = {
  // What Usher does too: no long polling first, so no upgrade and no sticky sessions.
  transports: ['websocket' as const],
  // Compression costs more than it saves on short texts.
  // Off in Usher too.
  perMessageDeflate: false,
  // No client file, no polling answers to compress: nothing the bench does not use.
  serveClient: false,
  httpCompression: false,
  // The library's own rhythm of pings, 25 s, is kept: Usher's is 20 s.
  // Frames longer than any message are refused, as at Usher's door.
  maxHttpBufferSize: 64 * 1_024,
}

/** Socket.IO 4 with the Redis adapter and one INSERT per message: acknowledged after COMMIT, then sent to every screen. */
async function start({ databaseUrl, redisUrl, secret, port }: PeerSettings): Promise<void> {
  if (redisUrl === undefined) throw new Error('unable to start; no Redis given')
  // Enough connections that Postgres can gather many commits into one flush.
  // Twice the library's default; Postgres allows 100.
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 })
  await pool.query(schema)
  const publisher = createClient({ url: redisUrl })
  const subscriber = publisher.duplicate()
  await Promise.all([publisher.connect(), subscriber.connect()])
  const http = createServer()
  const io = new Server(http, { ...serverOptions, adapter: createAdapter(publisher, subscriber) })
  io.use((socket, next) => {
    const person = readPeerToken(secret, socket.handshake.auth.token)
    socket.data = person
    next(person === undefined ? new Error('unauthorized') : undefined)
  })
  io.on('connection', (socket) => welcome(io, pool, socket))
  await new Promise<void>((listening) => http.listen(port, '127.0.0.1', 4_096, listening))
}

/** The room of a site's agents; ids of threads have no space. */
const agentsOf = (site: number): string => `agents ${site}`

function welcome(io: Server, pool: pg.Pool, socket: Socket): void {
  const { role, site, id: thread } = socket.data
  const agents = agentsOf(site)
  void socket.join(role === 'agent' ? agents : thread)
  socket.on('message', async (draft: unknown, acknowledge: (answer: object) => void) => {
    const message = readDraft(draft)
    if (message === undefined) return acknowledge({ error: 'invalid' })
    const { id, text } = message
    try {
      const { rows } = await pool.query({ ...insert, values: [thread, id, 'visitor', text] })
      acknowledge({ seq: rows[0]?.seq })
      if (rows[0] === undefined) return
      const { seq, at } = rows[0]
      // Everybody in the thread, the author's own tabs included, and the agents: the fan-out of Usher.
      // One broadcast for both rooms: the packet is encoded once.
      io.to([thread, agents]).emit('message', { id, thread, seq, at, author: 'visitor', text })
    } catch {
      acknowledge({ error: 'unavailable' })
    }
  })
}

runPeer(start)
