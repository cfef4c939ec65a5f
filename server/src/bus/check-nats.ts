import { connect, createInbox, jwtAuthenticator } from 'nats'
import type { UserCreds } from '../access/keys.ts'
import { serverInbox } from '../access/permissions.ts'

/** Uses NATS as the server does: signs in, listens to an inbox of its own, publishes to it and waits for the message. Throws when that fails. */
export async function checkNats({ url, creds, timeoutMs = 4_000 }: { url: string; creds: UserCreds; timeoutMs?: number }): Promise<void> {
  const authenticator = jwtAuthenticator(creds.jwt, new TextEncoder().encode(creds.seed))
  const nc = await connect({ servers: url.split(','), authenticator, name: 'check', reconnect: false, timeout: timeoutMs })
  try {
    const inbox = createInbox(serverInbox)
    const arrived = new Promise<void>((resolve, reject) => {
      nc.subscribe(inbox, { max: 1, timeout: timeoutMs, callback: (error) => (error === null ? resolve() : reject(error)) })
    })
    nc.publish(inbox)
    await arrived
  } finally {
    await nc.close()
  }
}
