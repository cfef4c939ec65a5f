import type pg from 'pg'

export type Value = string | number | boolean | Date | Uint8Array | null | undefined | readonly (string | number | boolean | Date | null)[]

export interface Tx {
  /** Rows of a parametrised statement (`$1` …). `bigint` columns come back as numbers: all of ours are safe integers. */
  query<Row>(text: string, values?: readonly Value[]): Promise<Row[]>
  /**
   * The same for a statement that runs all day: each connection has it parsed once, under this name, which must belong to this text
   * alone. Its columns are named one by one, for a statement that is kept must not change its result.
   */
  prepared<Row>(name: string, text: string, values: readonly Value[]): Promise<Row[]>
}

type Client = Pick<pg.ClientBase, 'query'>

/** Statements over one connection, or over any of a pool. */
export function statementsOver(client: Client): Tx {
  const rows = async <Row>(config: pg.QueryConfig): Promise<Row[]> => (await client.query(config)).rows as Row[]
  return {
    query: (text, values = []) => rows({ text, values: [...values] }),
    prepared: (name, text, values) => rows({ name, text, values: [...values] }),
  }
}

/**
 * BEGIN, work, COMMIT; ROLLBACK when the work throws, and then its error. `onBroken` is told when not even ROLLBACK came
 * through: such a connection must not be used again.
 */
export async function inTransaction<T>(client: Client, work: (tx: Tx) => Promise<T>, onBroken: (error: Error) => void): Promise<T> {
  try {
    await client.query('begin')
    const result = await work(statementsOver(client))
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(onBroken)
    throw error
  }
}
