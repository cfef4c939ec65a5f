import { phoneQuery } from '../ui/phone-query.ts'

/**
 * On phones the panel is the whole screen: modal for assistive technology, Tab stays inside, and its height follows what the
 * on-screen keyboard leaves free (iOS shrinks only the visual viewport). Returns the stop.
 */
export function fillPhone(window: Window, frame: HTMLElement): () => void {
  const phone = window.matchMedia(phoneQuery)
  const viewport = window.visualViewport
  const fit = () => {
    frame.setAttribute('aria-modal', String(phone.matches))
    if (!viewport || !phone.matches) {
      frame.style.removeProperty('--u-height')
      frame.style.removeProperty('translate')
      return
    }
    frame.style.setProperty('--u-height', `${viewport.height}px`)
    frame.style.setProperty('translate', `0 ${viewport.offsetTop}px`)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Tab' && phone.matches) keepInside(event, frame)
  }
  fit()
  phone.addEventListener('change', fit)
  viewport?.addEventListener('resize', fit)
  viewport?.addEventListener('scroll', fit)
  frame.addEventListener('keydown', onKey)
  return () => {
    phone.removeEventListener('change', fit)
    viewport?.removeEventListener('resize', fit)
    viewport?.removeEventListener('scroll', fit)
    frame.removeEventListener('keydown', onKey)
  }
}

const tabbable = 'button:not([disabled]), a[href], textarea, [tabindex="0"]'

function keepInside(event: KeyboardEvent, frame: HTMLElement): void {
  const stops = [...frame.querySelectorAll<HTMLElement>(tabbable)]
  const root = frame.getRootNode()
  const active = root instanceof ShadowRoot ? root.activeElement : null
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1]
  if (active !== edge && active !== frame) return
  event.preventDefault()
  const next = event.shiftKey ? stops[stops.length - 1] : stops[0]
  next?.focus()
}
