import { encode, type Saved, subjects } from '@usher-chat/sdk/protocol'

/** What a notice is made from: any row that stands in Postgres now. */
export interface SavedRow {
  site: string
  visitor: string
  seq: number
  internal: boolean
}

/** One publish of `saved.…`. */
export interface Notice {
  subject: string
  payload: Uint8Array
}

/** Seqs of one notice: 17 digits each keep it far below the largest payload. */
const seqsPerNotice = 400

/**
 * One notice per thread of what was saved; notes and internal events on a subject of their own, because a visitor may not
 * even know of their seqs. [R11]
 */
export function savedNotices(rows: readonly SavedRow[]): Notice[] {
  const seqs = new Map<string, number[]>()
  for (const { site, visitor, seq, internal } of rows) {
    const subject = internal ? subjects.savedInternal(site, visitor) : subjects.saved(site, visitor)
    const known = seqs.get(subject)
    if (known === undefined) seqs.set(subject, [seq])
    else known.push(seq)
  }
  return [...seqs].flatMap(([subject, all]) =>
    chunks(all).map((some) => ({ subject, payload: encode({ v: 1, seqs: some } satisfies Saved) })),
  )
}

const chunks = (seqs: readonly number[]): number[][] =>
  Array.from({ length: Math.ceil(seqs.length / seqsPerNotice) }, (_, i) => seqs.slice(i * seqsPerNotice, (i + 1) * seqsPerNotice))
