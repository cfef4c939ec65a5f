/**
 * Arrays as Postgres writes them, for the columns of a batch: joining is several times cheaper than the driver's escaping of every
 * element, and with hundreds of rows a batch that is what the writer's time goes into.
 */

/** For what needs no quotes: ids, UUIDs, numbers, booleans, ISO times, fixed words. */
export const plainArray = (values: readonly (string | number | boolean | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`

/**
 * For any values, as JSON. JSON text holds no control characters, only quotes and backslashes to escape, and for those its own
 * rule is that of Postgres arrays too.
 */
export const jsonArray = (values: readonly unknown[]): string =>
  `{${values.map((value) => (value === null ? 'NULL' : JSON.stringify(JSON.stringify(value)))).join(',')}}`
