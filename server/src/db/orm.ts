/** What plain typed statements need: the tables, and the few operators. `db.orm` runs them. */
export { and, eq, sql } from 'drizzle-orm'
export * from './schema.ts'
