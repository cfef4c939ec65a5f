import type { SiteId } from '@usher-chat/sdk/protocol'
import { advisoryLocks } from '../advisory-locks.ts'
import type { Tx } from '../connect-db.ts'

/**
 * Makes routing decisions of one site wait for each other, on all servers, until the transaction ends. Two sites that share a
 * lock by chance only wait a little longer. Order of locks everywhere: site, agents by id, conversations by site and visitor.
 */
export async function lockSite(tx: Tx, site: SiteId): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1, hashtext($2))', [advisoryLocks.routeSite, site])
}
