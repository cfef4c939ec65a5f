import { toSeq } from '@usher-chat/sdk/protocol'
import { advisoryLocks } from './advisory-locks.ts'
import type { Db } from './connect-db.ts'
import type { Tx } from './tx.ts'

/** A stream as the broker describes it now. */
export interface StreamState {
  created: Date
  lastSeq: number
}

/** The latest life on record, and the highest stream sequence history has committed in it. */
export interface Life {
  epoch: number
  created: Date
  savedSeq: number
}

/**
 * Which life of the stream this is. A stream made at another time, or one that ends before what is already saved (a power
 * cut took its tail), would give out used sequences again: it starts the next epoch.
 */
export function epochOfStream(last: Life | undefined, stream: StreamState): number {
  if (last === undefined) return 0
  const goesOn = last.created.getTime() === stream.created.getTime() && stream.lastSeq >= last.savedSeq
  return goesOn ? last.epoch : last.epoch + 1
}

/**
 * The epoch of the stream, recorded when it is a new one. `readStream` is asked after the record was read: asked before, a stream that
 * goes on meanwhile would look as if it ended before what is saved. To be called at start and after every reconnect, before anything of
 * the stream is read or clients are admitted. Several servers may call it at once: all get the same answer.
 */
export function settleEpoch({ db, readStream }: { db: Db; readStream: () => Promise<StreamState> }): Promise<number> {
  return db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [advisoryLocks.settleEpoch])
    const last = await lastLife(tx)
    const stream = await readStream()
    const epoch = epochOfStream(last, stream)
    if (epoch !== last?.epoch) {
      // Throws when the epochs are used up, long before a seq is no safe integer.
      if (!Number.isSafeInteger(toSeq(epoch + 1, 0)))
        throw new Error(`unable to start epoch ${epoch}; seqs would no longer be safe integers`)
      await tx.query('insert into stream_lives (epoch, stream_created) values ($1, $2)', [epoch, stream.created])
    }
    return epoch
  })
}

async function lastLife(tx: Tx): Promise<Life | undefined> {
  const [life] = await tx.query<Life>(
    `select l.epoch, l.stream_created as created,
       coalesce((select max(m.stream_seq) from history_marks m where m.epoch = l.epoch), 0) as "savedSeq"
     from stream_lives l order by l.epoch desc limit 1`,
  )
  return life
}
