import { dayText } from './draw-choice.ts'
import { byId, element } from './element.ts'
import type { CheckoutStep, Order } from './order.ts'
import { moneyText, priceOf } from './price.ts'
import { mostSeats } from './seats.ts'

interface SummaryActions {
  pay: () => void
  cancel: () => void
}

/** The order: what, when, where, how much, and how the checkout stands. */
export function drawSummary(order: Order, actions: SummaryActions): void {
  const { film, day, time, seats } = order
  const fact = (name: string, value: string) => element('div', { class: 'fact' }, element('dt', {}, name), element('dd', {}, value))
  byId('summary').replaceChildren(
    element('h2', {}, 'Your order'),
    element(
      'dl',
      {},
      fact('Film', film.title),
      fact('When', `${dayText(day)}, ${time}`),
      fact('Where', 'Great Hall'),
      fact('Seats', seats.length === 0 ? 'None yet' : seats.map(({ id }) => id).join(', ')),
    ),
    ...(order.step === 'choosing' ? bill(order, actions) : progress(order, actions)),
  )
}

function bill({ seats }: Order, { pay }: SummaryActions): HTMLElement[] {
  const { lines, total } = priceOf(seats)
  if (seats.length === 0) return [element('p', { class: 'quiet' }, `Choose up to ${mostSeats} seats in the hall.`)]
  const rows = lines.map(({ label, cents }) =>
    element('div', { class: 'price' }, element('span', {}, label), element('span', {}, moneyText(cents))),
  )
  const sum = element('div', { class: 'price total' }, element('span', {}, 'Total'), element('span', {}, moneyText(total)))
  return [...rows, sum, element('button', { class: 'pay', type: 'button', onclick: pay }, `Pay ${moneyText(total)}`)]
}

const steps: readonly [step: CheckoutStep, text: string][] = [
  ['reserving', 'Holding your seats'],
  ['paying', 'Talking to your bank'],
  ['confirming', 'Confirming your tickets'],
]

function progress({ step }: Order, { cancel }: SummaryActions): HTMLElement[] {
  const at = step === 'stuck' ? steps.length - 1 : steps.findIndex(([name]) => name === step)
  const list = steps.map(([, text], index) => element('li', { class: index < at ? 'done' : index === at ? 'busy' : '' }, text))
  const done = element('ol', { class: 'steps' }, ...list)
  if (step !== 'stuck') return [done]
  const note = element(
    'div',
    { class: 'notice', role: 'alert' },
    element('b', {}, 'This takes longer than usual'),
    element('p', {}, 'It is opening night and everybody is here. Your seats are held for ten minutes; nothing was charged twice.'),
    element('button', { class: 'ask', type: 'button', 'data-usher-open': true }, 'Ask the box office'),
    element('button', { class: 'link', type: 'button', onclick: cancel }, 'Start over'),
  )
  return [done, note]
}
