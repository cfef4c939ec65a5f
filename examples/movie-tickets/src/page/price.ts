import type { Seat } from './seats.ts'

export interface PriceLine {
  label: string
  /** Cents. */
  cents: number
}

const feeCents = 90

const money = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' })

/** "€12.50" */
export const moneyText = (cents: number): string => money.format(cents / 100)

/** What an order costs, line by line, and in all. */
export function priceOf(seats: readonly Seat[]): { lines: PriceLine[]; total: number } {
  const lines: PriceLine[] = []
  for (const [sofa, label] of [
    [false, 'Seat'],
    [true, 'Sofa seat'],
  ] as const) {
    const group = seats.filter((seat) => seat.sofa === sofa)
    if (group.length > 0) lines.push({ label: `${group.length} × ${label}`, cents: group.reduce((sum, seat) => sum + seat.price, 0) })
  }
  if (seats.length > 0) lines.push({ label: 'Booking fee', cents: feeCents * seats.length })
  return { lines, total: lines.reduce((sum, line) => sum + line.cents, 0) }
}
