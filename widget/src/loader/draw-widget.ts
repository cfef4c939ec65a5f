import type { WidgetSettings } from '../ui/embedding.ts'
import { makeButton, makeElement } from './make-element.ts'
import { loaderTexts } from './texts.ts'

/** What stands on the page, and the ways to change how it looks. */
export interface Drawing {
  /** The element that goes on the page. */
  host: HTMLElement
  root: ShadowRoot
  launcher: HTMLElement
  frame: HTMLElement
  /** Shows whether the panel is open, and the count on the badge; 0 hides it. */
  show(open: boolean, unread: number): void
  /** The app could not be fetched: offers to try again. */
  failed(retry: () => void): void
}

/**
 * The round launcher, and the dialog that holds the chat with its first picture, the site's title. The dialog is not modal: the page stays
 * usable beside it.
 */
export function drawWidget(document: Document, { theme, texts }: WidgetSettings['site'], toggle: () => void): Drawing {
  const make = (tag: string, attributes: Record<string, string>, ...children: (Node | string)[]) =>
    makeElement(document, tag, attributes, ...children)
  // Icons are drawn by the style sheet.
  const icon = (name: string) => make('i', { class: name })
  const host = make('usher-widget', { class: theme.position })
  const root = host.attachShadow({ mode: 'open' })
  // The count is part of the button's name; the badge itself is decoration.
  const badge = make('span', { class: 'badge', 'aria-hidden': 'true' })
  const launcher = makeButton(document, 'launcher', toggle, icon('chat'), icon('down'), badge)
  const shut = makeButton(document, 'round', toggle, icon('down'))
  const body = make('div', { class: 'body' })
  const header = make('div', { class: 'header' }, make('b', {}, texts.title), shut)
  const frame = make('div', { class: 'frame', role: 'dialog', 'aria-label': texts.title, tabindex: '-1' }, header, body)
  shut.ariaLabel = loaderTexts.close
  root.append(frame, launcher)
  return {
    host,
    root,
    launcher,
    frame,
    show(open, unread) {
      host.classList.toggle('open', open)
      launcher.ariaExpanded = `${open}`
      const label = unread > 0 ? `${texts.launcher}, ${loaderTexts.unread(unread)}` : texts.launcher
      launcher.ariaLabel = open ? loaderTexts.close : label
      badge.textContent = unread > 9 ? '9+' : unread > 0 ? `${unread}` : ''
    },
    failed(retry) {
      const again = () => {
        body.textContent = ''
        retry()
      }
      body.replaceChildren(makeButton(document, '', again, loaderTexts.failed))
    },
  }
}
