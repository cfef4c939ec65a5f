/** How a fault is shown to do no harm. */
export type Proof =
  /** The nemesis injects it, and the invariants must hold. */
  | { by: 'nemesis'; id: string }
  /** A test: this file holds this name. */
  | { by: 'test'; file: string; name: string }
  /** A command of its own, whose last report is kept in this file. */
  | { by: 'report'; command: string; file: string }
  | { by: 'not yet'; reason: string }

/** A fault or bad input that Usher must survive. */
export interface CatalogueRow {
  id: string
  fault: string
  /** What must come of it. */
  expected: string
  proofs: readonly Proof[]
}

const nemesis = (id: string): Proof => ({ by: 'nemesis', id })
const test = (file: string, name: string): Proof => ({ by: 'test', file, name })
const report = (command: string, file: string): Proof => ({ by: 'report', command, file })
const notYet = (reason: string): Proof => ({ by: 'not yet', reason })
const row = (id: string, fault: string, expected: string, ...proofs: readonly Proof[]): CatalogueRow => ({ id, fault, expected, proofs })

const crashes = 'server/src/history/crashes.real.test.ts'
const starting = 'server/src/history/start-history.real.test.ts'
const batches = 'server/src/history/write-batch.real.test.ts'
const held = 'server/faults/held-batch.real.test.ts'
const bus = 'server/src/bus/connect-bus.real.test.ts'
const attacks = 'server/src/edge/attacks.real.test.ts'
const floods = 'server/src/edge/flood.real.test.ts'
const edge = 'server/src/edge/start-edge.real.test.ts'
const session = 'server/src/edge/open-session.real.test.ts'
const filter = 'server/src/edge/filter.test.ts'
const thread = 'sdk/src/thread.test.ts'
const connection = 'sdk/src/connection.test.ts'
const visitor = 'sdk/src/visitor-client.test.ts'
const tabs = 'sdk/test/tabs.browser.test.ts'
const main = 'server/src/main.real.test.ts'
const lives = 'server/src/db/stream-lives.real.test.ts'

const cluster = notYet('a cluster of brokers is not built yet')

/** Broker and power. */
const broker: readonly CatalogueRow[] = [
  row(
    'F1',
    'kill -9 of nats-server under load',
    'nothing acknowledged is lost',
    nemesis('F1'),
    test(bus, 'nats-server is killed and comes back'),
  ),
  row(
    'F2',
    'power cut of the broker’s machine',
    'what was not saved is sent again',
    nemesis('F2'),
    test(thread, 'takes what a power cut took from the stream'),
    test(lives, 'a stream that lost what history holds'),
  ),
  row('F3', 'power cut of Postgres', 'everything saved is there', nemesis('F3')),
  row(
    'F4',
    'nats-server stands still',
    'outboxes hold, nothing is doubled',
    nemesis('F4'),
    test(bus, 'while nats-server is frozen a publish fails with a timeout'),
  ),
  row('F15', 'the broker’s disk is full', 'nothing acknowledged is lost', nemesis('F15')),
  row(
    'F16',
    'the stream is full',
    'the sender is told to wait, the outbox keeps',
    test(bus, 'a thread that is full refuses'),
    test('server/src/router/relay-outbox.real.test.ts', 'a full thread holds up nobody'),
  ),
  row('F17', 'the leader of three brokers is killed', 'ten seconds at most, nothing lost', cluster),
  row('F18', 'the leader of three brokers stands still', 'as F17', cluster),
  row('F19', 'two of three brokers are gone', 'publishing fails fast, outboxes hold', cluster),
  row('F20', 'a broker is cut off from the others', 'no two truths', cluster),
  row(
    'F21',
    'a bit of the stream’s file is another',
    'noticed, or filled from Postgres',
    notYet('nothing compares the stream with Postgres yet'),
  ),
  row(
    'F22',
    'the stream is deleted and made anew',
    'a new epoch; clients read again',
    nemesis('F22'),
    nemesis('N9'),
    test(thread, 'F22 an answer that the stream lost'),
  ),
  row(
    'F41',
    'the broker announces that it goes (lame duck)',
    'clients move over',
    notYet('a lone broker has nobody to move to; a cluster is not built yet'),
  ),
]

/** The servers and their workers. */
const servers: readonly CatalogueRow[] = [
  row('F5', 'a server stands still', 'clients go to another', nemesis('F5')),
  row(
    'F6',
    'the history writer stands still',
    'live goes on, nothing is doubled',
    nemesis('F5'),
    test(starting, 'two writers and a redelivery'),
  ),
  row(
    'F7',
    'kill -9 of the writer between COMMIT and ack',
    'delivered again, stored once',
    nemesis('F7'),
    test(crashes, 'a writer killed between'),
  ),
  row(
    'F8',
    'kill -9 of the writer between BEGIN and COMMIT',
    'delivered again, stored once',
    nemesis('F8'),
    test(crashes, 'a writer killed between'),
  ),
  row('F34', 'a storm of 5,000 reconnects', 'all back in time', report('npm run bench -- --only storm', 'server/bench/results/main.md')),
  row('F37', 'a server’s clock is wrong', 'order is not touched, tokens are taken', nemesis('F37')),
  row('F39', 'servers are replaced under load', 'nothing lost', nemesis('F39'), test(main, 'a server that is asked to end')),
  row(
    'F40',
    'an old widget with a new server',
    'unknown fields are passed over',
    test('server/src/http/session.real.test.ts', 'extra fields in the body change nothing'),
    notYet('there is no release before this one to try'),
  ),
  row(
    'F54',
    'the event loop stands still for 2 s',
    'no false disconnects',
    test('server/test/stands-still.real.test.ts', 'F54 [P8] a server that stands still'),
  ),
  row('F55', 'the target of the notifier is down', 'tried again, holds up nobody', notYet('the notifier is not built yet')),
  row('F57', 'a worker holds as much as it may', 'no loss, it drains', test(bus, 'a consumer that is slow holds no more than it may')),
  row('F58', 'out of file handles', 'new sockets are refused, old ones stay', nemesis('F58')),
]

/** Postgres. */
const database: readonly CatalogueRow[] = [
  row(
    'F9',
    'Postgres is down',
    'chats go on, history catches up',
    nemesis('F9'),
    test(held, 'F9 while Postgres is down'),
    test(crashes, 'Postgres killed under load'),
    test('server/src/http/postgres-away.real.test.ts', 'sessions start'),
  ),
  row(
    'F10',
    'Postgres hangs',
    'queries end, connections do not pile up, the batch is kept',
    nemesis('F10'),
    test(held, 'F10 Postgres hangs'),
  ),
  row('F11', 'a lock on the messages', 'tried again', nemesis('F11'), test(held, 'F11 somebody locks the messages')),
  row('F12', 'Postgres has no room', 'the writer pauses and goes on', test(held, 'F12 Postgres has no room')),
  row(
    'F13',
    'a partition is missing',
    'made on demand, with an alarm',
    test(starting, 'a missing partition is made'),
    test('server/src/db/start-partition-job.real.test.ts', 'rings when it cannot'),
  ),
  row(
    'F14',
    'a row in a default partition',
    'there is none; one is told',
    test('server/src/db/start-partition-job.real.test.ts', 'servers at once make each once'),
    test('server/src/db/start-partition-job.real.test.ts', 'F14 a default partition that holds'),
  ),
  row(
    'F42',
    'a message that cannot be stored',
    'put aside, others are not held up',
    test(starting, 'a message that cannot be stored is put aside'),
    test(batches, 'poison anywhere in a batch takes only itself'),
  ),
  row('F56', 'Postgres is restored from a backup', 'the writer replays the stream', notYet('there is no restore procedure yet')),
]

/** What clients send, and how often. */
const inputs: readonly CatalogueRow[] = [
  row(
    'F23',
    'the same id is sent twice',
    'one row',
    nemesis('F23'),
    test(starting, 'a message sent twice is stored once'),
    test('sdk/src/agent-client.test.ts', 'F23 needs nobody to look at it'),
  ),
  row(
    'F24',
    'one id in two conversations',
    'both are stored',
    test(attacks, 'with the id another visitor will use'),
    test(starting, 'nobody takes the place of another'),
  ),
  row(
    'F43',
    'oversize payload or frame',
    'refused with a code, the socket stays; a frame ends it',
    test(filter, 'an oversize payload is passed over'),
    test(attacks, 'a frame of more than 64 KiB'),
  ),
  row(
    'F44',
    'invalid UTF-8, NUL, lone surrogates, many emoji',
    'refused, or stored exactly',
    test(filter, 'emoji, right-to-left marks'),
    test('server/src/history/array-literal.real.test.ts', 'what is written as an array comes back'),
    test(batches, 'poison anywhere'),
  ),
  row(
    'F45',
    'wildcards, dots, CR LF, $JS in ids, subjects, replies',
    'refused at the edge, counted',
    test(attacks, 'with reply subjects that steer the broker'),
    test(attacks, 'an agent cannot write to a visitor named'),
    test(attacks, 'every refusal is counted'),
  ),
  row(
    'F46',
    'a flood by one visitor',
    'cut within a second, others go on',
    test(floods, 'of 100,000 messages at once'),
    test(floods, 'of one socket is cut within a second'),
  ),
  row('F47', 'many sockets with one token', 'five are kept', test(edge, 'the sixth socket of a visitor')),
  row(
    'F48',
    'handshake flood, slow login',
    'closed in 5 s, limited by address',
    test(edge, 'too many from one address'),
    test(attacks, 'closed after five seconds'),
  ),
  row(
    'F49',
    'a token after logout or revocation',
    'refused, the open socket is closed',
    test(edge, 'a revoked id loses its sockets'),
    test('server/src/http/session.real.test.ts', 'is refused with every token issued before'),
  ),
]

/** The network between clients and servers. */
const network: readonly CatalogueRow[] = [
  row(
    'F25',
    'an answer is lost',
    'sent again, one row',
    nemesis('F25'),
    test(visitor, 'when the acknowledgement is lost with the connection'),
  ),
  row(
    'F26',
    'a live message is lost',
    'seen and filled within 2 s',
    nemesis('F26'),
    test(thread, 'is filled within 2 s of the next message'),
  ),
  row(
    'F27',
    'the last message is lost, then silence',
    'filled',
    nemesis('F27'),
    test(thread, 'is filled within 2 s of the notice that history has saved'),
  ),
  row(
    'F28',
    'redelivery reorders',
    'the order of the stream on every screen',
    test('sdk/src/timeline.test.ts', 'is the order of the stream, whatever comes first'),
    test(batches, 'a copy that was stored before the first moves'),
    nemesis('F7'),
  ),
  row(
    'F29',
    'a reader that stops reading',
    'cut, others untouched, it recovers',
    nemesis('F29'),
    test(session, 'a reader that stops holds back nats-server'),
  ),
  row('F31', 'half-open connections', 'noticed', nemesis('F31'), test(connection, 'finds a dead connection within 3 s')),
  row(
    'F32',
    'the network comes and goes',
    'no storm, nothing doubled',
    nemesis('F32'),
    test(connection, 'is quick after a connection that had lasted'),
  ),
  row('F33', '400 ms late, 64 kbit/s', 'usable', nemesis('F33')),
  row(
    'F35',
    'a token ends in the middle of a chat',
    'renewed before',
    test(connection, 'is renewed before it ends, without a gap'),
    test(edge, 'a token that expires ends it'),
  ),
  row(
    'F36',
    'nobody mints tokens',
    'who is connected stays',
    test(connection, 'is the last one again while nobody can make one'),
    test(connection, 'that cannot be renewed now is tried again'),
  ),
]

/** Clients and machines. */
const clients: readonly CatalogueRow[] = [
  row(
    'F30',
    'a slow console with 200 conversations',
    'bounded, nothing lost',
    test('sdk/src/agent-client.test.ts', 'stays quick with 200 conversations and a flood'),
  ),
  row(
    'F38',
    'the clock of the browser is wrong',
    'order by seq',
    test('sdk/src/small-parts.test.ts', 'whatever the clock of this device says'),
    test('sdk/src/timeline.test.ts', 'is the order of the stream'),
  ),
  row(
    'F50',
    'two tabs and one offline',
    'each message once',
    test(tabs, 'a living tab keeps its messages to itself'),
    test(visitor, 'in two tabs, wherever it was written'),
  ),
  row(
    'F51',
    'a page is closed with unsent messages',
    'the next page sends them, same ids',
    nemesis('F51'),
    test(tabs, 'a crashed tab loses nothing'),
  ),
  row('F52', 'the browser blocks storage', 'works for the page’s life', test(tabs, 'where the browser blocks all storage')),
  row('F53', 'a memory leak', 'the slope is flat', report('npm run soak -- --hours 2', 'server/faults/results/soak.md')),
]

const numberOf = ({ id }: CatalogueRow): number => Number(id.slice(1))

/** F1 to F58, in that order: every one is here, shown or not yet. */
export const catalogue: readonly CatalogueRow[] = [...broker, ...servers, ...database, ...inputs, ...network, ...clients].sort(
  (a, b) => numberOf(a) - numberOf(b),
)
