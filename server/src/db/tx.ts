import type pg from 'pg'

export type Value = string | number | boolean | Date | Uint8Array | null | undefined | readonly (string | number | boolean | Date | null)[]

export interface Tx {
  /** Rows of a parametrised statement (`$1` …). `bigint` columns come back as numbers: all of ours are safe integers. */
  query<Row>(text: string, values?: readonly Value[]): Promise<Row[]>
}

type Client = Pick<pg.ClientBase, 'query'>

export async function rows<Row>(client: Client, text: string, values: readonly Value[] = []): Promise<Row[]> {
  const result = await client.query(text, [...values])
  return result.rows as Row[]
}

/**
 * BEGIN, work, COMMIT; ROLLBACK when the work throws, and then its error. `onBroken` is told when not even ROLLBACK came
 * through: such a connection must not be used again.
 */
export async function inTransaction<T>(client: Client, work: (tx: Tx) => Promise<T>, onBroken: (error: Error) => void): Promise<T> {
  try {
    await client.query('begin')
    const result = await work({ query: (text, values) => rows(client, text, values) })
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(onBroken)
    throw error
  }
}
