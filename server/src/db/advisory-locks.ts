/** Keys of Postgres advisory locks, in one place so that no two meanings share a number. */
export const advisoryLocks = {
  migrate: 848_301,
  partitions: 848_302,
  settleEpoch: 848_303,
  prune: 848_304,
  relayOutbox: 848_305,
  /** With a second key: the hash of the site. */
  routeSite: 848_306,
} as const
