import { byId, element } from './element.ts'
import { hallOf, type Order } from './order.ts'
import { moneyText } from './price.ts'
import { aisleAfter, type Seat } from './seats.ts'

/** Draws the hall of a showing. */
export function drawSeats(order: Order, toggle: (seat: Seat) => void): void {
  const rows = hallOf(order).map((seats) => {
    const cells = seats.map((seat) => seatButton(seat, toggle))
    return element('div', { class: 'row' }, element('span', { 'aria-hidden': 'true' }, seats[0]?.row ?? ''), ...cells)
  })
  byId('seat-map').replaceChildren(...rows)
  markSeats(order)
}

function seatButton(seat: Seat, toggle: (seat: Seat) => void): HTMLElement {
  const state = seat.taken ? 'taken' : moneyText(seat.price)
  return element('button', {
    class: `seat${seat.sofa ? ' plush' : ''}${aisleAfter.includes(seat.number) ? ' aisle' : ''}`,
    type: 'button',
    'data-seat': seat.id,
    'data-taken': seat.taken,
    disabled: seat.taken,
    'aria-label': `Row ${seat.row}, seat ${seat.number}, ${state}`,
    onclick: () => toggle(seat),
  })
}

/** Shows which seats are chosen, in the hall as it is drawn. */
export function markSeats({ seats }: Order): void {
  const chosen = new Set(seats.map(({ id }) => id))
  for (const button of byId('seat-map').querySelectorAll<HTMLElement>('[data-seat]')) {
    const mine = chosen.has(button.dataset.seat ?? '')
    button.toggleAttribute('data-chosen', mine)
    button.setAttribute('aria-pressed', String(mine))
  }
}
