import type { Me, Presence } from '@usher-chat/sdk/protocol'
import { Avatar } from '../../ui/avatar.tsx'
import { useReadable } from '../../ui/use-readable.ts'
import { useConsole } from '../state/console.ts'
import type { Settings } from '../state/settings.ts'
import { Icon, type IconName } from './icon.tsx'
import { Menu } from './menu.tsx'

const presences: readonly { presence: Presence; label: string; hint: string }[] = [
  { presence: 'online', label: 'Online', hint: 'New conversations come to you' },
  { presence: 'away', label: 'Away', hint: 'You keep yours, no new ones' },
  { presence: 'offline', label: 'Offline', hint: 'Yours go back to the queue' },
]

const themes: readonly { theme: Settings['theme']; label: string }[] = [
  { theme: 'system', label: 'Theme: like the system' },
  { theme: 'light', label: 'Theme: light' },
  { theme: 'dark', label: 'Theme: dark' },
]

interface MeMenuProps {
  me: Me
  presence: Presence
  onLogout: () => void
}

/** Who is logged in, their presence, and what they may change about their console. */
export function MeMenu({ me, presence, onLogout }: MeMenuProps) {
  const { actions, dialog } = useConsole()
  const label = presences.find((choice) => choice.presence === presence)?.label ?? presence
  return (
    <Menu
      label={`${me.name}, ${label}. Presence and settings`}
      buttonClass="me-button"
      button={
        <>
          <span class="avatar-dot">
            <Avatar id={me.id} name={me.name} url={me.avatarUrl} />
            <i class={`dot ${presence}`} />
          </span>
          <span class="me-text">
            <b>{me.name}</b>
            <small>{label}</small>
          </span>
          <Icon name="down" size={14} />
        </>
      }
    >
      {(close) => (
        <>
          <fieldset class="menu-group">
            <legend class="visually-hidden">Presence</legend>
            {presences.map((choice) => (
              <PresenceItem
                key={choice.presence}
                {...choice}
                checked={choice.presence === presence}
                onChoose={() => {
                  void actions.setPresence(choice.presence)
                  close()
                }}
              />
            ))}
          </fieldset>
          <SettingItems />
          <hr />
          <Item icon="keyboard" label="Keyboard shortcuts" hint="?" onChoose={() => dialog.set('shortcuts')} close={close} />
          <Item icon="logout" label="Log out" onChoose={onLogout} close={close} />
        </>
      )}
    </Menu>
  )
}

interface PresenceItemProps {
  presence: Presence
  label: string
  hint: string
  checked: boolean
  onChoose: () => void
}

function PresenceItem({ presence, label, hint, checked, onChoose }: PresenceItemProps) {
  return (
    <button type="button" role="menuitemradio" aria-checked={checked} class="menu-item" tabIndex={-1} onClick={onChoose}>
      <i class={`dot ${presence}`} />
      <span class="menu-label">
        {label}
        <small>{hint}</small>
      </span>
      {checked && <Icon name="check" size={16} />}
    </button>
  )
}

function SettingItems() {
  const { settings } = useConsole()
  const { sound, theme, notifications } = useReadable(settings)
  const next = themes[(themes.findIndex((choice) => choice.theme === theme) + 1) % themes.length]
  return (
    <>
      <hr />
      <CheckItem icon={sound ? 'sound' : 'muted'} label="Sounds" checked={sound} onChange={() => settings.change({ sound: !sound })} />
      <CheckItem
        icon="bell"
        label="Desktop notifications"
        checked={notifications}
        onChange={() => void chooseNotifications(!notifications).then((allowed) => settings.change({ notifications: allowed }))}
      />
      <Item
        icon="theme"
        label={themes.find((choice) => choice.theme === theme)?.label ?? ''}
        onChoose={() => settings.change({ theme: next?.theme ?? 'system' })}
        close={() => {}}
      />
    </>
  )
}

/** Asks the browser only when the agent switches them on. */
async function chooseNotifications(wanted: boolean): Promise<boolean> {
  if (!wanted || !('Notification' in window)) return false
  return (await Notification.requestPermission()) === 'granted'
}

function CheckItem({ icon, label, checked, onChange }: { icon: IconName; label: string; checked: boolean; onChange: () => void }) {
  return (
    <button type="button" role="menuitemcheckbox" aria-checked={checked} class="menu-item" tabIndex={-1} onClick={onChange}>
      <Icon name={icon} size={16} />
      <span class="menu-label">{label}</span>
      <i class="switch" data-on={checked} />
    </button>
  )
}

interface ItemProps {
  icon: IconName
  label: string
  hint?: string
  onChoose: () => void
  close: () => void
}

function Item({ icon, label, hint, onChoose, close }: ItemProps) {
  const choose = () => {
    close()
    onChoose()
  }
  return (
    <button type="button" role="menuitem" class="menu-item" tabIndex={-1} onClick={choose}>
      <Icon name={icon} size={16} />
      <span class="menu-label">{label}</span>
      {hint && <kbd>{hint}</kbd>}
    </button>
  )
}
