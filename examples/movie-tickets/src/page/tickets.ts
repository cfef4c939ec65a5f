import { startAccount } from './draw-account.ts'
import { drawFilms, drawHero, drawTimes, markFilm } from './draw-choice.ts'
import { drawSeats, markSeats } from './draw-seats.ts'
import { drawSummary } from './draw-summary.ts'
import { firstOrder, nextStep, type Order, stepMs, withFilm, withSeat, withShowing } from './order.ts'

let order = firstOrder()
let timer: number | undefined

function drawShowing(): void {
  drawTimes(order, (day, time) => change(withShowing(order, day, time)))
  drawSeats(order, (seat) => change(withSeat(order, seat)))
}

/** Draws what a change touches, and nothing else: where the visitor clicked, the focus stays. */
function change(next: Order): void {
  const before = order
  order = next
  if (next.film !== before.film) {
    drawHero(next)
    markFilm(next)
  }
  if (next.film !== before.film || next.day !== before.day || next.time !== before.time) redrawShowing()
  markSeats(next)
  drawSummary(next, { pay, cancel })
}

function redrawShowing(): void {
  const focused = document.activeElement?.closest('.chips')
  const index = focused ? [...focused.children].indexOf(document.activeElement as Element) : -1
  drawShowing()
  const chip = focused?.children[index]
  if (chip instanceof HTMLElement) chip.focus()
}

function pay(): void {
  advance('reserving')
}

function advance(step: Order['step']): void {
  change({ ...order, step })
  if (step === 'stuck' || step === 'choosing') return
  timer = window.setTimeout(() => advance(nextStep(step)), stepMs[step])
}

function cancel(): void {
  window.clearTimeout(timer)
  change({ ...order, seats: [], step: 'choosing' })
}

drawHero(order)
drawFilms(order, (film) => {
  window.clearTimeout(timer)
  change(withFilm(film))
})
drawShowing()
drawSummary(order, { pay, cancel })
void startAccount()
