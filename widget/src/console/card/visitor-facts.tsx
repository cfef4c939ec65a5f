import type { PageView, VisitorCard } from '@usher-chat/sdk/protocol'
import type { ComponentChildren } from 'preact'
import { timeFormat } from '../../ui/time-format.ts'
import { useReadable } from '../../ui/use-readable.ts'
import { shortAge } from '../list/short-age.ts'
import { Icon, type IconName } from '../shell/icon.tsx'
import { useConsole } from '../state/console.ts'
import { localeName } from './locale-name.ts'
import { safeLink } from './safe-link.ts'

/** `site`: the name of the site they are on, where the agent serves several. */
export function VisitorFacts({ card, site }: { card: VisitorCard; site: string | undefined }) {
  const { email, page, locale, firstSeenAt, lastSeenAt } = card
  return (
    <dl class="facts">
      {page !== undefined && (
        <Fact icon="page" label="Current page">
          <PageLink page={page} />
        </Fact>
      )}
      {site !== undefined && (
        <Fact icon="external" label="Site">
          {site}
        </Fact>
      )}
      {email !== undefined && (
        <Fact icon="mail" label="E-mail">
          <a href={`mailto:${encodeURIComponent(email)}`}>{email}</a>
        </Fact>
      )}
      {locale !== undefined && (
        <Fact icon="globe" label="Language">
          {localeName(locale)}
        </Fact>
      )}
      <Fact icon="clock" label="Last seen">
        <Ago iso={lastSeenAt} />
      </Fact>
      <Fact icon="history" label="First seen">
        <Ago iso={firstSeenAt} />
      </Fact>
    </dl>
  )
}

function Fact({ icon, label, children }: { icon: IconName; label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>
        <Icon name={icon} size={16} />
        {label}
      </dt>
      <dd dir="auto">{children}</dd>
    </div>
  )
}

/** What the visitor's browser says about its page is not trusted: only http and https become a link. */
function PageLink({ page }: { page: PageView }) {
  const link = safeLink(page.url)
  const title = page.title.trim()
  if (link === undefined) return <>{title || page.url}</>
  return (
    <a class="page-link" href={link.href} target="_blank" rel="noopener noreferrer nofollow ugc" title={link.href}>
      <span>{title || link.label}</span>
      {title !== '' && <small>{link.label}</small>}
      <Icon name="external" size={14} />
    </a>
  )
}

function Ago({ iso }: { iso: string }) {
  const { clock } = useConsole()
  const now = useReadable(clock)
  const at = new Date(iso)
  const age = shortAge(at.getTime(), now)
  return (
    <time dateTime={iso} title={timeFormat().full(at)}>
      {age.text === 'now' ? 'Just now' : /^\d+[mhd]$/.test(age.text) ? `${age.text} ago` : age.text}
    </time>
  )
}
