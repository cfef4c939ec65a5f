import { Avatar } from '../ui/avatar.tsx'
import { Icon, icons } from '../ui/icon.tsx'
import { useReadable } from '../ui/use-readable.ts'
import { currentAgent } from './current-agent.ts'
import { usePanel } from './panel-context.ts'

/** Who is on the other side: the agent, or the site while nobody has come yet. */
export function Header() {
  const { client, close, settings, wording } = usePanel()
  const { texts } = wording
  const session = useReadable(client.session)
  const agent = currentAgent(useReadable(client.thread.items), session)
  const here = agent !== undefined || session?.site.online === true
  const { title } = settings.site.texts
  return (
    <div class={agent ? 'header' : 'header unmanned'}>
      <Avatar id={agent?.id ?? settings.siteKey} name={agent?.name ?? settings.site.name} url={agent?.avatarUrl} />
      <div class="who">
        <b>
          <bdi>{agent?.name ?? title}</bdi>
        </b>
        <span class="state">
          {session !== null && <i class={here ? 'dot on' : 'dot'} />}
          {agent ? title : session === null ? '' : here ? texts.online : texts.away}
        </span>
      </div>
      <button class="round" type="button" aria-label={texts.close} onClick={close}>
        <Icon path={icons.chevronDown} size={24} />
      </button>
    </div>
  )
}
