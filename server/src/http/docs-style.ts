/** The style sheet of the docs page. */
export const docsStyle = `
:root { color-scheme: light dark; --ink: #1c1b29; --dim: #66647a; --line: #e4e2ee; --paper: #fff; --soft: #f6f5fb; --accent: #5b3df5; --get: #0b7a55; --post: #3a49d6; --put: #9a5b00; --patch: #8a3ab8; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceaf6; --dim: #a19eb8; --line: #34314a; --paper: #15141f; --soft: #1e1c2c; --accent: #a594ff; --get: #4cc79a; --post: #8e9bff; --put: #e3a64a; --patch: #cf8df5; --bad: #ff8a80; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; display: grid; grid-template-columns: 19rem minmax(0, 1fr); font: 15px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
a { color: inherit; text-decoration-color: var(--line); text-underline-offset: .2em; }
a:hover { text-decoration-color: currentColor; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1.25rem 3rem; border-right: 1px solid var(--line); background: var(--soft); }
nav .brand { margin: 0 0 1rem; font-size: 1.15rem; font-weight: 700; }
nav .brand small { color: var(--dim); font-weight: 400; }
nav h2 { margin: 1.2rem 0 .3rem; font-size: .78rem; letter-spacing: .06em; text-transform: uppercase; color: var(--dim); }
nav h2 a, nav li a { text-decoration: none; }
nav ul { margin: 0; padding: 0; list-style: none; }
nav li a { display: flex; gap: .5rem; align-items: baseline; padding: .22rem .4rem; border-radius: 6px; }
nav li a:hover { background: var(--line); }
main { padding: 2.5rem clamp(1rem, 5vw, 4rem) 6rem; max-width: 62rem; }
h1 { margin: 0 0 .5rem; font-size: 2rem; letter-spacing: -.02em; }
main > section > h2 { margin: 3.5rem 0 .25rem; font-size: 1.45rem; letter-spacing: -.01em; }
article { margin: 1.5rem 0; padding: 1.25rem 1.5rem; border: 1px solid var(--line); border-radius: 12px; }
article:target { border-color: var(--accent); }
h3 { margin: 0 0 .4rem; font-size: 1.08rem; }
h3 a { text-decoration: none; }
h4 { margin: 1.2rem 0 .4rem; font-size: .78rem; letter-spacing: .06em; text-transform: uppercase; color: var(--dim); }
code, pre { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
:not(pre) > code { padding: .08em .3em; border-radius: 5px; background: var(--soft); overflow-wrap: anywhere; }
pre { margin: .5rem 0 0; padding: 1rem; overflow-x: auto; border-radius: 8px; background: var(--soft); }
.route { margin: 0 0 .6rem; display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; }
.route var { font-style: normal; color: var(--accent); }
.method { flex: none; min-width: 3.1rem; font: 700 .68rem/1.6 ui-monospace, Menlo, Consolas, monospace; color: var(--dim); }
.get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); } .patch { color: var(--patch); }
.who { font-size: .8rem; padding: .1rem .55rem; border: 1px solid var(--line); border-radius: 99px; color: var(--dim); }
.fields { margin: .3rem 0; padding: 0; }
.fields > div { display: grid; grid-template-columns: minmax(9rem, 13rem) minmax(0, 1fr); gap: 0 1rem; padding: .35rem 0; border-top: 1px solid var(--line); }
.fields > div:first-child { border-top: 0; }
.fields dd { margin: 0; }
.fields .fields { margin: .3rem 0 0; padding-left: .9rem; border-left: 2px solid var(--line); }
.type, .optional, .note { color: var(--dim); font-size: .87rem; }
.optional { font-style: italic; }
.variants { margin: .3rem 0; padding-left: 1.1rem; }
.answer { margin: .35rem 0; }
summary { cursor: pointer; }
.status { display: inline-block; min-width: 2.6rem; font: 700 .8rem/1.5 ui-monospace, Menlo, Consolas, monospace; }
.s2 { color: var(--get); } .s4, .s5 { color: var(--bad); }
.example { margin-top: .6rem; }
.example summary { color: var(--dim); font-size: .87rem; }
table { width: 100%; margin-top: 1rem; border-collapse: collapse; }
th, td { padding: .4rem .5rem; text-align: left; border-bottom: 1px solid var(--line); }
th { font-size: .78rem; letter-spacing: .06em; text-transform: uppercase; color: var(--dim); }
@media (max-width: 52rem) { body { display: block; } nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); } .fields > div { grid-template-columns: minmax(0, 1fr); } article { padding: 1rem; } }
@media print { nav { display: none; } body { display: block; } article { break-inside: avoid; } }
`
