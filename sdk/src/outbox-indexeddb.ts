import type { OutboxDriver, OutboxEntry } from './outbox.ts'
import { createMemoryOutbox } from './outbox-memory.ts'

const databaseName = 'usher'
const storeName = 'outbox'
/** Some browsers neither open nor refuse in private windows. */
const openTimeoutMs = 3_000

/** Entries in IndexedDB, shared by all tabs of the site; in memory where it is blocked or does not open. */
export function createIndexedDbOutbox(factory: IDBFactory | undefined): OutboxDriver {
  const opened: Promise<OutboxDriver> = open(factory).then(inDatabase, createMemoryOutbox)
  return {
    load: async (owner) => (await opened).load(owner),
    put: async (entry) => (await opened).put(entry),
    remove: async (id) => (await opened).remove(id),
    clear: async (owner) => (await opened).clear(owner),
  }
}

function inDatabase(database: IDBDatabase): OutboxDriver {
  const run = <T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(storeName, mode)
      const request = act(transaction.objectStore(storeName))
      transaction.oncomplete = () => resolve(request.result)
      transaction.onerror = transaction.onabort = () => reject(transaction.error)
    })
  const load = (owner: string): Promise<OutboxEntry[]> => run('readonly', (store) => store.index('owner').getAll(owner))
  return {
    load,
    put: async (entry) => void (await run('readwrite', (store) => store.put(entry))),
    remove: async (id) => void (await run('readwrite', (store) => store.delete(id))),
    clear: async (owner) => {
      for (const { id } of await load(owner)) await run('readwrite', (store) => store.delete(id))
    },
  }
}

function open(factory: IDBFactory | undefined): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    if (!factory) return reject(new Error('no IndexedDB'))
    setTimeout(() => reject(new Error('IndexedDB does not open')), openTimeoutMs)
    const request = factory.open(databaseName, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore(storeName, { keyPath: 'id' }).createIndex('owner', 'owner')
    }
    request.onsuccess = () => {
      // A newer version of the page must be able to upgrade the database.
      request.result.onversionchange = () => request.result.close()
      resolve(request.result)
    }
    request.onerror = request.onblocked = () => reject(request.error)
  })
}
