import { useReadable } from '../../ui/use-readable.ts'
import { composerKeys, shortcuts } from '../keyboard/shortcuts.ts'
import { useConsole } from '../state/console.ts'
import { Dialog } from './dialog.tsx'

const keyNames: Record<string, string> = { Enter: '↵', Shift: '⇧' }

/** Lists every shortcut and switches the single-key ones off. */
export function ShortcutsDialog() {
  const { settings, dialog } = useConsole()
  const { singleKeys } = useReadable(settings)
  return (
    <Dialog title="Keyboard shortcuts" onClose={() => dialog.set(null)}>
      <label class="switch-row">
        <span>
          <b>Single-key shortcuts</b>
          <small>Switch off if you use speech input or another tool that types letters.</small>
        </span>
        <input
          type="checkbox"
          role="switch"
          class="switch"
          checked={singleKeys}
          aria-checked={singleKeys}
          onChange={(event) => settings.change({ singleKeys: event.currentTarget.checked })}
        />
      </label>
      <div class={singleKeys ? 'keys' : 'keys off'}>
        <KeyList title="Conversations" keys={shortcuts} joined="then" />
        <KeyList title="Composer" keys={composerKeys} joined="+" />
      </div>
    </Dialog>
  )
}

interface KeyListProps {
  title: string
  keys: readonly { keys: readonly string[]; label: string }[]
  joined: string
}

function KeyList({ title, keys, joined }: KeyListProps) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {keys.map(({ keys: names, label }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {names.map((name, index) => (
                <span key={name}>
                  {index > 0 && <i>{joined}</i>}
                  <kbd aria-label={name}>{keyNames[name] ?? (name.length === 1 ? name.toUpperCase() : name)}</kbd>
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
