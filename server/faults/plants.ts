/** What is run to catch a planted bug. */
export type PlantCheck =
  /** The checker with these faults and a fixed seed. */
  | { by: 'faults'; only: string }
  /** A test file of the ring `real` or `unit`; only tests whose name holds `name`. */
  | { by: 'test'; ring: 'unit' | 'real'; file: string; name: string }

/** A bug planted on purpose: one place of one file, and what must catch it. */
export interface Plant {
  name: string
  file: string
  /** Stands in the file exactly once. */
  find: string
  replace: string
  check: PlantCheck
}

const history = 'server/src/history/start-history.ts'
const sender = 'sdk/src/sender.ts'

/** Bugs somebody could really write, in the order of a message's way. */
export const plants: readonly Plant[] = [
  {
    name: 'no outbox: what is written is not kept',
    file: sender,
    find: 'void outbox.put(entry).then(',
    replace: 'void Promise.resolve().then(',
    check: { by: 'faults', only: 'F51' },
  },
  {
    name: 'the outbox forgets what is sent, not what is saved',
    file: sender,
    find: '    if (isFirst) this.#tellSent(pending, seq)\n',
    replace: '    if (isFirst) {\n      this.#tellSent(pending, seq)\n      this.#drop(pending)\n      return\n    }\n',
    check: { by: 'faults', only: 'N9' },
  },
  {
    name: 'a message is sent again under a new id',
    file: sender,
    find: 'this.#options.publish(entry)',
    replace: 'this.#options.publish(this.#failures > 0 ? { ...entry, id: newMessageId() } : entry)',
    check: { by: 'test', ring: 'unit', file: 'sdk/src/sender.test.ts', name: 'under the same id' },
  },
  {
    name: 'an edge that does not look at the reply subject',
    file: 'server/src/edge/check-publish.ts',
    find: "  if (command.reply !== undefined && !policy.mayReplyTo(command.reply)) return { refusal: 'reply' }\n",
    replace: '',
    check: { by: 'test', ring: 'real', file: 'server/src/edge/attacks.real.test.ts', name: 'reply subjects' },
  },
  {
    name: 'an edge that does not look at the dedup id',
    file: 'server/src/edge/check-publish.ts',
    find: "  return header.toString('latin1') === policy.messageHeader(read.id) ? undefined : 'header'\n",
    replace: '  return undefined\n',
    check: { by: 'test', ring: 'unit', file: 'server/src/edge/filter-rights.test.ts', name: 'header' },
  },
  {
    name: 'history acknowledges before COMMIT',
    file: history,
    find: '    const written = await writeInTheEnd(',
    replace: '    for (const message of messages) message.ack()\n    const written = await writeInTheEnd(',
    check: { by: 'faults', only: 'F7' },
  },
  {
    name: 'history says saved before COMMIT',
    file: history,
    find: '    const written = await writeInTheEnd(',
    replace:
      '    const early = decodeBatch(life, messages).entries.map(({ row }) => row)\n    for (const { subject, payload } of savedNotices(early)) bus.emit(subject, payload)\n    const written = await writeInTheEnd(',
    check: { by: 'faults', only: 'F11' },
  },
  {
    name: 'history gives its batch back when Postgres is away, and gets it again at once',
    file: history,
    find: '        const delay = Math.round(retryDelay(attempt, random))\n',
    replace:
      "        for (const { message } of batch.entries) if ('nak' in message && typeof message.nak === 'function') message.nak()\n        if (attempt > 0) return undefined\n        const delay = Math.round(retryDelay(attempt, random))\n",
    check: { by: 'test', ring: 'real', file: 'server/faults/held-batch.real.test.ts', name: 'F9' },
  },
  {
    name: 'history does not know what it has stored',
    file: 'server/src/history/store-rows.ts',
    find: 'select site_id, visitor_id, id, author_id, seq, at from input on conflict do nothing',
    replace: 'select site_id, visitor_id, gen_random_uuid(), author_id, seq, at from input on conflict do nothing',
    check: { by: 'faults', only: 'F23' },
  },
  {
    name: 'a message sent again stays where its copy was written first',
    file: 'server/src/history/store-rows.ts',
    find: '  if (known.length > 0) await keepFirst(tx, known)\n',
    replace: '',
    check: { by: 'test', ring: 'real', file: 'server/src/history/write-batch.real.test.ts', name: 'moves to the first' },
  },
  {
    name: 'a stream that begins anew keeps its epoch',
    file: 'server/src/db/stream-lives.ts',
    find: 'return goesOn ? last.epoch : last.epoch + 1',
    replace: 'return goesOn ? last.epoch : last.epoch',
    check: { by: 'faults', only: 'F22' },
  },
  {
    name: 'the relay publishes events without their dedup id',
    file: 'server/src/router/relay-outbox.ts',
    find: 'msgId: dedupId(serverAuthor, id)',
    replace: 'msgId: dedupId(serverAuthor, crypto.randomUUID())',
    check: { by: 'test', ring: 'real', file: 'server/src/router/relay-outbox.real.test.ts', name: 'is no second event' },
  },
  {
    name: 'no gap is filled',
    file: 'sdk/src/thread-reader.ts',
    find: '    this.#plan(settleMs)\n',
    replace: '',
    check: { by: 'faults', only: 'F26,F27' },
  },
  {
    name: 'a lost last message is not noticed',
    file: 'sdk/src/thread.ts',
    find: '    this.#reader.gaps.exist(seqs)\n',
    replace: '',
    check: { by: 'faults', only: 'F27' },
  },
  {
    name: 'what a power cut took stays on its author’s screen as sent',
    file: 'sdk/src/thread.ts',
    find: '    this.#lose(gone)\n',
    replace: '',
    check: { by: 'test', ring: 'unit', file: 'sdk/src/lost-tail.test.ts', name: 'is sent again at the reconnect' },
  },
  {
    name: 'a seq that was lost and given out again empties the outbox of who had it first',
    file: sender,
    find: "pending.phase === 'stored' && pending.seq !== undefined && saved.has(pending.seq)",
    replace: 'pending.seq !== undefined && saved.has(pending.seq)',
    check: { by: 'test', ring: 'unit', file: 'sdk/src/sender.test.ts', name: 'another message may have that now' },
  },
  {
    name: 'to say who the visitor is begins with a logout, in the middle of which somebody connects as nobody',
    file: 'sdk/src/visitor-client.ts',
    find: '    this.#identity = identity\n    this.#outboxes.name(undefined)\n',
    replace: '    await this.logout()\n    this.#identity = identity\n',
    check: { by: 'test', ring: 'unit', file: 'sdk/src/identify.test.ts', name: 'makes no stranger' },
  },
  {
    name: 'what a guest has left stays behind when they turn out to be somebody',
    file: 'sdk/src/visitor-client.ts',
    find: 'this.#outboxes.adopt(visitor.id, before ?? left)',
    replace: 'this.#outboxes.adopt(visitor.id)',
    check: { by: 'test', ring: 'unit', file: 'sdk/src/identify.test.ts', name: 'page that is gone' },
  },
  {
    name: 'history commits what belongs to a life that is over',
    file: 'server/src/history/write-batch.ts',
    find: '    if (marked.length === 0) throw new LifeIsOver(epoch)\n',
    replace: '',
    check: { by: 'test', ring: 'real', file: 'server/src/history/write-batch.real.test.ts', name: 'nothing of an earlier life' },
  },
  {
    name: 'nobody looks for what the stream lost before the router saw it',
    file: 'server/src/router/start-router.ts',
    find: '    await sweep()\n',
    replace: '',
    check: { by: 'test', ring: 'real', file: 'server/test/lost-before-routed.real.test.ts', name: 'when the next life begins' },
  },
]

/** The text with the bug in it. Throws unless the place is there exactly once. */
export function plantInto(text: string, { name, file, find, replace }: Plant): string {
  const times = text.split(find).length - 1
  if (times !== 1) throw new Error(`unable to plant “${name}”; its place is in ${file} ${times} times`)
  return text.replace(find, () => replace)
}
