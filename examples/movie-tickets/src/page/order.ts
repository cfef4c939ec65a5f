import { type Film, films } from './films.ts'
import { mostSeats, type Seat, seatsOf } from './seats.ts'

export type CheckoutStep = 'choosing' | 'reserving' | 'paying' | 'confirming' | 'stuck'

/** Everything the visitor has chosen. */
export interface Order {
  film: Film
  /** 0 is today. */
  day: number
  time: string
  seats: readonly Seat[]
  step: CheckoutStep
}

const [firstFilm] = films as [Film]

export const firstOrder = (): Order => ({
  film: firstFilm,
  day: 0,
  time: firstFilm.times[1] ?? firstFilm.times[0] ?? '',
  seats: [],
  step: 'choosing',
})

/** Another film starts with its first showing and without seats. */
export const withFilm = (film: Film): Order => ({ film, day: 0, time: film.times[0] ?? '', seats: [], step: 'choosing' })

export const withShowing = (order: Order, day: number, time: string): Order => ({ ...order, day, time, seats: [], step: 'choosing' })

/** Takes a seat, or gives it back; nothing changes beyond the largest order, or while paying. */
export function withSeat(order: Order, seat: Seat): Order {
  if (order.step !== 'choosing' || seat.taken) return order
  const without = order.seats.filter(({ id }) => id !== seat.id)
  if (without.length < order.seats.length) return { ...order, seats: without }
  if (order.seats.length >= mostSeats) return order
  return { ...order, seats: [...order.seats, seat].sort((a, b) => a.row.localeCompare(b.row) || a.number - b.number) }
}

/** The hall as it is for the chosen showing. Opening night is nearly sold out. */
export function hallOf({ film, day, time }: Order): Seat[][] {
  const crowd = film.opening && day === 0 ? 0.86 : 0.62 - day * 0.12
  return seatsOf(`${film.id} ${day} ${time}`, crowd)
}

const steps: readonly CheckoutStep[] = ['reserving', 'paying', 'confirming', 'stuck']

/** How long each step of the checkout is shown, ms. On opening night the last one never ends. */
export const stepMs: Record<Exclude<CheckoutStep, 'choosing' | 'stuck'>, number> = { reserving: 900, paying: 1_600, confirming: 5_000 }

export const nextStep = (step: CheckoutStep): CheckoutStep => steps[steps.indexOf(step) + 1] ?? step
