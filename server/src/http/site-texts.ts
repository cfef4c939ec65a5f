import type { SiteSettings } from '@usher-chat/sdk/protocol'
import type { Site } from '../access/sites.ts'

/** The words of the widget: the owner's, or ours where they gave none. */
export function siteTexts({ name, texts }: Pick<Site, 'name' | 'texts'>): SiteSettings['texts'] {
  return {
    title: texts.title || name,
    greeting: texts.greeting || 'Hi! How can we help?',
    launcher: texts.launcher || 'Chat with us',
  }
}
