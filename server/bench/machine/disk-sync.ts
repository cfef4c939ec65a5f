import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spread } from '../report/spread.ts'

/** As much as Postgres writes at least. */
const page = Buffer.alloc(8_192)

/** How long the disk that databases of a bench lie on takes to keep a page for good: median of `times` syncs, ms. */
export async function diskSyncMs(times = 200): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'usher-sync-'))
  const file = await open(join(folder, 'page'), 'w')
  try {
    const took: number[] = []
    for (let n = 0; n < times; n++) {
      await file.write(page)
      const began = performance.now()
      await file.datasync()
      took.push(performance.now() - began)
    }
    return spread(took).median
  } finally {
    await file.close()
    await rm(folder, { recursive: true })
  }
}
