export const threadCss = `
.thread-pane { position: relative; background: var(--surface) }
.thread-head { border-block-end: 1px solid var(--line); --avatar: 2rem }
.thread-title { flex: 1; min-inline-size: 0; line-height: 1.3 }
.thread-title h2 { display: flex; align-items: center; gap: .375rem; font-size: .9375rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.thread-title h2:focus { outline: 0 }
.thread-title bdi { overflow: hidden; text-overflow: ellipsis }
.thread-title p { font-size: .75rem; color: var(--quiet); overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.thread-actions { flex: none; display: flex; align-items: center; gap: .375rem }
.log-frame { position: relative; flex: 1; min-block-size: 0; display: flex; flex-direction: column }
.log { flex: 1; min-block-size: 0; display: flex; flex-direction: column; overflow-y: auto; overscroll-behavior: contain; overflow-anchor: none; padding-block: .75rem 1rem; scrollbar-width: thin; scrollbar-color: var(--line-strong) transparent }
.log:focus-visible { outline-offset: -3px }
.log-spring { flex: 1 0 0 }
.log-loading { position: absolute; inset-block-start: .5rem; inset-inline: 0; inline-size: fit-content; margin-inline: auto; padding: .1875rem .75rem; font-size: .75rem; color: var(--quiet); background: var(--raised); border-radius: 99px; box-shadow: var(--shadow-float) }

.message { display: flex; gap: .5rem; padding-inline: 1.25rem; padding-block-start: 2px }
.message.first { padding-block-start: .75rem }
.message.ours { justify-content: flex-end }
.message-avatar { flex: none; align-self: flex-end; inline-size: 1.75rem; --avatar: 1.75rem }
.message:has(.delivery) .message-avatar { margin-block-end: 1.25rem }
.message-main { display: grid; justify-items: start; max-inline-size: min(36rem, 82%); min-inline-size: 0 }
.ours .message-main { justify-items: end }
.message-head { display: flex; align-items: baseline; gap: .4375rem; margin: 0 .25rem .1875rem; font-size: .75rem; color: var(--quiet) }
.message-head b { font-weight: 600; color: var(--ink) }
.bubble { max-inline-size: 100%; padding: .5rem .75rem; background: var(--sunken); border-radius: 14px }
.theirs .bubble { border-end-start-radius: 5px }
.theirs:not(.first) .bubble { border-start-start-radius: 5px }
.ours .bubble { background: light-dark(#ebedf3, #2b2b36); border-end-end-radius: 5px }
.ours:not(.first) .bubble { border-start-end-radius: 5px }
.mine .bubble { background: var(--accent-soft) }
.message.note .bubble { background: var(--note); box-shadow: inset 0 0 0 1px var(--note-line) }
.bubble-text { white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.5; text-wrap: pretty }
.note-label { display: flex; align-items: center; gap: .3125rem; margin-block-end: .1875rem; font-size: .75rem; font-weight: 600; color: var(--note-ink) }
.delivery { display: flex; align-items: center; flex-wrap: wrap; gap: .25rem .375rem; min-block-size: 1.25rem; margin: .125rem .25rem 0; font-size: .75rem; color: var(--faint) }
.delivery.read { color: var(--accent-ink) }
.delivery.queued { color: var(--warn-ink) }
.delivery.failed { color: var(--bad) }
.message:has(.delivery.failed) .bubble { background: var(--bad-soft); box-shadow: inset 0 0 0 1px var(--bad-line) }
.message:has(.delivery:is(.queued, .sending)) .bubble { opacity: .75 }
.typing .bubble { background: none; box-shadow: inset 0 0 0 1px var(--line-strong); color: var(--quiet) }
.typing .bubble-text { font-style: italic }
.dots { display: inline-flex; gap: 4px; padding-block: .375rem; vertical-align: middle }
.dots i { inline-size: 6px; block-size: 6px; border-radius: 50%; background: var(--control); animation: dot 1.2s ease-in-out infinite }
.dots i:nth-child(2) { animation-delay: .15s } .dots i:nth-child(3) { animation-delay: .3s }
@keyframes dot { 0%, 60%, 100% { opacity: .35 } 30% { opacity: 1; translate: 0 -2px } }

.day-line, .unread-line { display: flex; align-items: center; gap: .75rem; padding: 1rem 1.25rem .375rem; font-size: .75rem; font-weight: 500; color: var(--quiet) }
.day-line::before, .day-line::after, .unread-line::before, .unread-line::after { content: ""; flex: 1; border-block-start: 1px solid var(--line) }
.unread-line { color: var(--accent-ink); font-weight: 600 }
.unread-line::before, .unread-line::after { border-color: var(--accent-line) }
.event-line { padding: .5rem 1.25rem .25rem; font-size: .75rem; color: var(--quiet); text-align: center }
.event-line.tight { padding-block-start: 0 }
.event-line p { display: flex; flex-wrap: wrap; align-items: center; justify-content: center; gap: 0 .5rem; min-block-size: 1.25rem }
.event-line time { color: var(--faint) }
.event-line p > span + time::before { content: "·"; margin-inline-end: .5rem }
.why { gap: .0625rem; padding: 0 .125rem; font-size: .75rem; font-weight: 500; color: var(--accent-ink); border-radius: 5px }
.why:hover { text-decoration: underline }
.why .icon { transition: rotate .15s }
.why[aria-expanded=true] .icon { rotate: 180deg }
.reasons { inline-size: fit-content; max-inline-size: 100%; margin: .375rem auto .25rem; padding: .625rem .875rem .75rem; text-align: start; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; box-shadow: var(--shadow); animation: rise .15s ease-out }
.reasons h4 { margin-block-end: .25rem; font-size: .6875rem; font-weight: 600; color: var(--faint) }
.reasons li { display: flex; gap: .4375rem; align-items: center; min-block-size: 1.5rem }
.reasons ul:has(.chosen) li:not(.chosen) { padding-inline-start: 1.3125rem }
.reasons b { font-weight: 500; color: var(--ink) }
.reasons .chosen { color: var(--ink) }
.reasons .chosen .icon { color: var(--good) }
.to-end { position: absolute; inset-block-end: .75rem; inset-inline: 0; inline-size: fit-content; margin-inline: auto; min-block-size: 2rem; padding-inline: .875rem .625rem; font-size: .8125rem; font-weight: 600; color: #fff; background: var(--accent); border-radius: 99px; box-shadow: var(--shadow-float); animation: rise .18s ease-out }
.to-end:hover { background: var(--accent-hover) }
.to-end.quiet { inline-size: 2rem; padding: 0; margin-inline: auto 1.25rem; color: var(--quiet); background: var(--raised) }
@media (max-width: 999px) {
  .thread-actions .plain { padding-inline: .5rem }
  .thread-actions .plain span { display: none }
}
@media (max-width: 759px) {
  .message, .day-line, .unread-line, .event-line { padding-inline: .875rem }
  .message-main { max-inline-size: 86% }
  .thread-head { padding-inline: .875rem .5rem }
}
`
