/**
 * What to do about an error of Postgres:
 * `data` – a row itself is at fault, trying again will not help; `partition` – there is no partition for a row;
 * `away` – Postgres cannot be reached or cannot work now; `other` – a lost race, a timeout, or a mistake of ours.
 */
export type PostgresFailure = 'data' | 'partition' | 'away' | 'other'

/** SQLSTATE classes: cardinality, data, integrity, limits of a row. */
const dataClasses = ['21', '22', '23', '54']
/** SQLSTATE classes: connection, resources, operator intervention, system. */
const awayClasses = ['08', '53', '57', '58']

export function postgresFailure(error: unknown): PostgresFailure {
  if (!(error instanceof Error)) return 'other'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  // A statement that ran out of time says nothing about Postgres as a whole.
  if (code === '57014') return 'other'
  // Errors of Postgres carry a SQLSTATE; the driver's own ("Connection terminated") and the system's (EPIPE) do not.
  if (code === undefined || !/^(?=.*[0-9])[0-9A-Z]{5}$/.test(code)) return isOfConnection(error, code) ? 'away' : 'other'
  if (code === '23514' && 'routine' in error && error.routine === 'ExecFindPartition') return 'partition'
  const kind = code.slice(0, 2)
  if (dataClasses.includes(kind)) return 'data'
  return awayClasses.includes(kind) ? 'away' : 'other'
}

const isOfConnection = (error: Error, code: string | undefined): boolean =>
  (code !== undefined && /^E[A-Z]+$/.test(code)) || /connect|timeout|terminat/i.test(error.message)
