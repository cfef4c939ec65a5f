import { sharedPostgresVariable, startOwnPostgres, type TestPostgres } from './start-postgres.ts'

let postgres: TestPostgres | undefined

/** One Postgres for all tests of a run; each gets a database of its own. Its data may be lost with the power, so it need not sync. */
export async function setup(): Promise<void> {
  postgres = await startOwnPostgres({ fsync: 'off' })
  process.env[sharedPostgresVariable] = postgres.adminUrl
}

export async function teardown(): Promise<void> {
  delete process.env[sharedPostgresVariable]
  await postgres?.stop()
}
