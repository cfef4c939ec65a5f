import { startNats, type TestNats, type TestNatsOptions } from './start-nats.ts'
import { startPostgres, type TestDatabase } from './start-postgres.ts'

export { startNats, type TestNats, type TestNatsOptions } from './start-nats.ts'
export { startOwnPostgres, startPostgres, type TestDatabase } from './start-postgres.ts'
export { waitFor } from './wait-for.ts'

/** NATS and a database, both of a test's own. */
export interface TestStack extends AsyncDisposable {
  readonly nats: TestNats
  readonly postgres: TestDatabase
  readonly databaseUrl: string
  stop(): Promise<void>
}

/** Starts both: `await using stack = await startStack()`. */
export async function startStack(options: TestNatsOptions = {}): Promise<TestStack> {
  const nats = await startNats(options)
  const postgres = await startPostgres().catch(async (error: unknown) => {
    await nats.stop()
    throw error
  })
  const stop = async (): Promise<void> => {
    await Promise.all([nats.stop(), postgres.stop()])
  }
  return { nats, postgres, databaseUrl: postgres.databaseUrl, stop, [Symbol.asyncDispose]: stop }
}
