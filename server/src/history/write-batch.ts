import { advisoryLocks } from '../db/advisory-locks.ts'
import type { Db, Tx } from '../db/connect-db.ts'
import type { MessageRow } from '../db/message-row.ts'
import { ensurePartitionsOf } from '../db/partitions.ts'
import { postgresFailure } from '../db/postgres-failure.ts'
import type { DeadLetter, DecodedBatch } from './decode-batch.ts'
import { storeRows } from './store-rows.ts'

/** What became of a batch that is committed. */
export interface Written {
  /** Rows that stand in `messages` now, new or not: their authors may forget them. */
  saved: MessageRow[]
  /** How many of them were new. */
  stored: number
  letters: DeadLetter[]
}

export interface Writer {
  db: Db
  /** The life of the stream the batch belongs to. */
  epoch: number
  /** Which row of `history_marks` is this writer's. */
  slot: number
}

/** The stream began another life before the batch was committed. Nothing of it was. */
export class LifeIsOver extends Error {
  constructor(epoch: number) {
    super(`unable to write what the stream had in epoch ${epoch}; the next one has begun`)
  }
}

/**
 * Writes a batch in one transaction. When a row is refused for what it is, halves are written alone until that row is found,
 * and it becomes a dead letter: the others are never held up. Throws, with nothing lost, when Postgres cannot work now; the
 * same batch may then be written again, whatever part of it was committed. Throws `LifeIsOver` when that would be too late: readers of
 * the next life take what they are shown of the one before for all there is. What the stream still has of it is delivered again, what it
 * lost its authors send again.
 */
export async function writeBatch(writer: Writer, batch: DecodedBatch): Promise<Written> {
  try {
    return await writeOnce(writer, batch)
  } catch (error) {
    if (postgresFailure(error) !== 'partition') return writeParts(writer, batch, error)
  }
  await ensurePartitionsOf(
    writer.db,
    batch.entries.map(({ row }) => row.at),
  )
  return writeOnce(writer, batch).catch((error: unknown) => writeParts(writer, batch, error))
}

async function writeParts(writer: Writer, batch: DecodedBatch, error: unknown): Promise<Written> {
  const failure = postgresFailure(error)
  const [first, ...others] = batch.entries
  if (first === undefined || (failure !== 'data' && failure !== 'partition')) throw error
  if (others.length === 0) {
    const reason = error instanceof Error ? error.message : String(error)
    return writeOnce(writer, { entries: [], letters: [...batch.letters, { message: first.message, reason }] })
  }
  const middle = Math.ceil(batch.entries.length / 2)
  const front = await writeBatch(writer, { entries: batch.entries.slice(0, middle), letters: batch.letters })
  const back = await writeBatch(writer, { entries: batch.entries.slice(middle), letters: [] })
  return { saved: [...front.saved, ...back.saved], stored: front.stored + back.stored, letters: [...front.letters, ...back.letters] }
}

function writeOnce({ db, epoch, slot }: Writer, { entries, letters }: DecodedBatch): Promise<Written> {
  const saved = entries.map(({ row }) => row)
  return db.transaction(async (tx) => {
    // Until COMMIT no other life begins.
    await tx.prepared('hold the life', 'select pg_advisory_xact_lock_shared($1)', [advisoryLocks.settleEpoch])
    const fresh = saved.length > 0 ? await storeRows(tx, saved) : []
    for (const letter of letters) await storeLetter(tx, epoch, letter)
    const seqs = [...entries, ...letters].map(({ message }) => message.seq)
    const marked = await tx.prepared(
      'mark history',
      `insert into history_marks as m (epoch, slot, stream_seq)
       select $1, $2, $3 where not exists (select from stream_lives l where l.epoch > $1)
       on conflict (epoch, slot) do update set stream_seq = greatest(m.stream_seq, excluded.stream_seq) returning m.slot`,
      [epoch, slot, Math.max(...seqs)],
    )
    if (marked.length === 0) throw new LifeIsOver(epoch)
    return { saved, stored: fresh.length, letters: [...letters] }
  })
}

async function storeLetter(tx: Tx, epoch: number, { message, reason }: DeadLetter): Promise<void> {
  // Postgres stores no NUL, and what is kept for its faults must not fail for them.
  const subject = message.subject.replaceAll('\0', '\ufffd')
  await tx.query(
    'insert into dead_letters (epoch, stream_seq, subject, payload, reason, at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing',
    [epoch, message.seq, subject, Buffer.from(message.data), reason, message.time],
  )
}
