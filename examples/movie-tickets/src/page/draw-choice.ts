import { byId, element } from './element.ts'
import { type Film, films, lengthText } from './films.ts'
import type { Order } from './order.ts'

const days = 4
const weekday = new Intl.DateTimeFormat('en', { weekday: 'short', day: 'numeric', month: 'short' })

export function dayText(day: number, now = new Date()): string {
  if (day === 0) return 'Today'
  if (day === 1) return 'Tomorrow'
  return weekday.format(new Date(now.getFullYear(), now.getMonth(), now.getDate() + day))
}

export function drawHero({ film }: Order): void {
  byId('hero').replaceChildren(
    element('img', { src: `/demo/assets/posters/${film.poster}`, alt: '', class: 'hero-poster' }),
    element(
      'div',
      {},
      element('p', { class: 'eyebrow' }, film.opening ? 'Opening tonight' : 'Now showing'),
      element('h1', {}, film.title),
      element('p', { class: 'line' }, film.line),
      element(
        'p',
        { class: 'facts' },
        `${film.genre}  ·  ${lengthText(film.length)}  ·  ${film.rating === 'All' ? 'All ages' : `From ${film.rating}`}`,
      ),
    ),
  )
}

export function drawFilms(order: Order, choose: (film: Film) => void): void {
  const card = (film: Film) =>
    element(
      'button',
      { class: 'film', type: 'button', 'aria-pressed': String(film === order.film), onclick: () => choose(film) },
      element('img', { src: `/demo/assets/posters/${film.poster}`, alt: '', width: '160', height: '240' }),
      element('b', {}, film.title),
      element('span', {}, `${film.genre} · ${lengthText(film.length)}`),
    )
  byId('film-list').replaceChildren(...films.map(card))
}

/** Marks the chosen film without drawing the cards anew: the focus stays where it is. */
export function markFilm({ film }: Order): void {
  for (const [index, card] of [...byId('film-list').children].entries()) card.setAttribute('aria-pressed', String(films[index] === film))
}

export function drawTimes({ film, day, time }: Order, choose: (day: number, time: string) => void): void {
  const chip = (text: string, chosen: boolean, onclick: () => void) =>
    element('button', { class: 'chip', type: 'button', 'aria-pressed': String(chosen), onclick }, text)
  const dayChips = Array.from({ length: days }, (_, index) => chip(dayText(index), index === day, () => choose(index, time)))
  byId('days').replaceChildren(...dayChips)
  byId('times').replaceChildren(...film.times.map((at) => chip(at, at === time, () => choose(day, at))))
}
