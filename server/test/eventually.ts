import { vi } from 'vitest'

/** Checks again and again until it holds; a busy machine may take its time. Fails with the last check's error. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 20_000, interval: 10 })
