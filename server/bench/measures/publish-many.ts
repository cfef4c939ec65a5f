import { newId } from '@usher-chat/sdk/protocol'
import { connectVisitor } from '../../test/connect-author.ts'
import type { TestNats } from '../../test/start-stack.ts'

/** Fills the stream with `visitors × perVisitor` messages of fresh visitors, interleaved as on a busy evening. */
export async function publishMany(options: {
  nats: TestNats
  site: string
  visitors: number
  perVisitor: number
  lines: readonly string[]
}): Promise<void> {
  const { nats, site, perVisitor, lines } = options
  const publish = async () => {
    await using visitor = await connectVisitor(nats, { site, visitor: newId() })
    for (let i = 0; i < perVisitor; i++) await visitor.write(lines[i % lines.length] as string)
  }
  await Promise.all(Array.from({ length: options.visitors }, publish))
}
