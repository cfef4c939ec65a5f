import { type ErrorCode, isUsherError } from '@usher-chat/sdk/protocol'
import { useEffect, useState } from 'preact/hooks'
import { useReadable } from '../ui/use-readable.ts'
import { describeError } from './describe-error.ts'
import { cleanText, measureText } from './measure-text.ts'
import { usePanel } from './panel-context.ts'

/** The unsent text: what it is, how it stands against the limits, and how it leaves. */
export function useComposer() {
  const { client, draft, starter, wording } = usePanel()
  const [text, setText] = useState(draft.read)
  const [refusal, setRefusal] = useState<string>()
  const start = useReadable(starter.state)
  const measure = measureText(text)
  // Before the session is there, messages wait in the thread.
  const ready = !measure.blank && !measure.tooLong

  const write = (value: string) => {
    setText(value)
    setRefusal(undefined)
    draft.write(value)
    if (start.phase === 'started') client.thread.keystroke(value)
  }
  useEffect(() => {
    let before = client.session.getSnapshot()?.visitor
    return client.session.subscribe(() => {
      const now = client.session.getSnapshot()?.visitor
      // Logged out, here or in another tab, or somebody else: what was not sent goes with its author, or the next person would read it. A
      // guest who turns out to be somebody is the same person.
      if (before && (!now || (before.identified && before.id !== now.id))) {
        setText('')
        draft.write('')
      }
      before = now
    })
  }, [client, draft])
  const send = () => {
    if (!ready) return
    const message = cleanText(text)
    write('')
    client.thread.send(message).catch((error: unknown) => {
      // Everything else is told by the message's own row.
      if (!isUsherError(error) || !withoutRow.has(error.code)) return
      setText((now) => now || message)
      setRefusal(describeError(error, wording))
    })
  }
  return { text, write, send, measure, ready, refusal }
}

/** Refused before the message came into the thread: its text is given back. */
const withoutRow = new Set<ErrorCode>(['message_too_long', 'invalid_argument', 'outbox_full'])
