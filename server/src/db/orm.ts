/** What plain typed statements need: the tables, and the few operators. `db.orm` runs them. */
export { and, asc, count, desc, eq, gt, inArray, isNotNull, isNull, lt, max, ne, or, sql } from 'drizzle-orm'
export * from './schema.ts'
