import type { UsherCommand, UsherCommands, UsherGlobal } from '../ui/embedding.ts'
import type { Listeners } from './create-listeners.ts'
import type { Widget } from './create-widget.ts'

interface CommandParts {
  widget: Widget
  listeners: Listeners
  /** Takes everything off the page. */
  leave: () => void
  report: (error: unknown) => void
}

/** The global function `Usher(command, …)`. It never throws: mistakes are told in the browser's console. */
export function createCommands({ widget, listeners, leave, report }: CommandParts): UsherGlobal {
  const commands: { [C in UsherCommand]: (...args: UsherCommands[C]) => unknown } = {
    open: widget.open,
    close: widget.close,
    toggle: widget.toggle,
    show: () => widget.show(true),
    hide: () => widget.show(false),
    identify: (identity) => widget.identify(typeof identity === 'string' ? identity : functionOf(identity)),
    on: (type, listener) => listeners.on(type, functionOf(listener)),
    logout() {
      widget.close()
      return widget.logout()
    },
    destroy: leave,
  }
  return (name, ...args) => {
    try {
      const command = Object.keys(commands).includes(name) && commands[name]
      if (!command) throw new Error(`unable to run ${name}; no such command`)
      // A page that passes too little or something else meets the checks of the command itself.
      return (command as (...args: unknown[]) => unknown)(...args)
    } catch (error) {
      report(error)
    }
  }
}

/** Runs the calls made before the script arrived, in their order. */
export function replay(usher: UsherGlobal, queue: Iterable<unknown>[] = []): void {
  for (const call of queue) usher(...(call as unknown as ['open']))
}

function functionOf<F>(value: F): F {
  if (typeof value === 'function') return value
  throw new Error('unable to run this; not a function')
}
