import { useEffect, useRef } from 'preact/hooks'
import { Icon, icons } from '../ui/icon.tsx'
import { useReadable } from '../ui/use-readable.ts'
import type { Measure } from './measure-text.ts'
import { usePanel } from './panel-context.ts'
import { sendsMessage } from './sends-message.ts'
import { useComposer } from './use-composer.ts'

/** The box one writes in: grows with the text, keeps the draft, sends with Enter. */
export function Composer() {
  const { wording } = usePanel()
  const { text, write, send, measure, ready, refusal } = useComposer()
  const submit = (event: Event) => {
    event.preventDefault()
    send()
  }
  return (
    <form class="composer" onSubmit={submit}>
      {refusal && (
        <p class="refused" role="alert">
          {refusal}
        </p>
      )}
      <div class={measure.tooLong ? 'box over' : 'box'}>
        <TextBox text={text} tooLong={measure.tooLong} write={write} send={send} />
        {/* Not `disabled`: a control that vanishes from the tab order under the fingers loses the focus. */}
        <button class="send" type="submit" aria-label={wording.texts.send} aria-disabled={!ready}>
          <Icon path={icons.send} name="onward" />
        </button>
      </div>
      <Hint text={text} measure={measure} />
    </form>
  )
}

interface TextBoxProps {
  text: string
  tooLong: boolean
  write: (text: string) => void
  send: () => void
}

/** Its height comes from an invisible copy of the text in the same grid cell: no measuring, no inline style. */
function TextBox({ text, tooLong, write, send }: TextBoxProps) {
  const { opened, wording } = usePanel()
  const input = useRef<HTMLTextAreaElement>(null)
  const open = useReadable(opened)
  useEffect(() => {
    // On touch screens focus raises the keyboard over the conversation one came to read.
    if (open && !matchMedia('(pointer: coarse)').matches) input.current?.focus({ preventScroll: true })
  }, [open])
  const onKeyDown = (event: KeyboardEvent) => {
    if (!sendsMessage(event)) return
    event.preventDefault()
    send()
  }
  return (
    <div class="grow" data-text={`${text}\n`}>
      <textarea
        ref={input}
        rows={1}
        // While empty, the placeholder follows the page.
        dir={text === '' ? undefined : 'auto'}
        value={text}
        placeholder={wording.texts.placeholder}
        aria-label={wording.texts.placeholder}
        aria-invalid={tooLong}
        enterkeyhint="send"
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
    </div>
  )
}

/** From here on the composer counts down. */
const nearLimit = 400

function Hint({ text, measure }: { text: string; measure: Measure }) {
  const { client, wording } = usePanel()
  const session = useReadable(client.session)
  const { texts } = wording
  const { left, tooLong } = measure
  return (
    <div class={tooLong ? 'hints over' : 'hints'} role="status">
      {left <= nearLimit ? texts.charactersLeft(left) : text !== '' && session?.site.typingPreview && texts.typingPreview}
    </div>
  )
}
