export const loginCss = `
.login-page {
  display: grid;
  place-items: center;
  min-block-size: 100vh;
  min-block-size: 100dvh;
  padding: 1.5rem;
  background: radial-gradient(60rem 30rem at 50% -8rem, light-dark(#e9e7fd, #211f3d), transparent 70%), var(--bg);
}
.splash { animation: shimmer 1.6s ease-in-out infinite }
.login-card { inline-size: 100%; max-inline-size: 23.5rem; padding: 2.25rem 2rem 2rem; background: var(--surface); border: 1px solid var(--line); border-radius: 16px; box-shadow: 0 1px 2px rgb(20 20 40 / .04), 0 16px 48px light-dark(rgb(20 20 60 / .08), rgb(0 0 0 / .4)) }
.login-card header { display: grid; justify-items: center; gap: .25rem; margin-block-end: 1.625rem; text-align: center }
.login-card h1 { margin-block-start: .75rem; font-size: 1.3125rem; letter-spacing: -.02em }
.login-card header p { color: var(--quiet) }
.login-form { display: grid; gap: .875rem }
.field { display: grid; gap: .3125rem }
.field > span:first-child { font-size: .8125rem; font-weight: 500 }
.field input {
  inline-size: 100%;
  block-size: 2.5rem;
  padding-inline: .75rem;
  font-size: .9375rem;
  background: var(--surface);
  border: 1px solid var(--control);
  border-radius: var(--radius);
  transition: border-color .12s, box-shadow .12s;
}
.field input:hover { border-color: var(--quiet) }
.field input:focus { outline: 0; border-color: light-dark(#4f46e5, #a9a4ff); box-shadow: 0 0 0 3px light-dark(#dcd9fc, #37346e) }
.field input[aria-invalid=true]:not(:focus) { border-color: var(--bad) }
.with-button { position: relative; display: block }
.with-button input { padding-inline-end: 2.75rem }
.with-button button { position: absolute; inset-block-start: .25rem; inset-inline-end: .25rem }
.login-error:empty { display: none }
.login-error p { display: flex; gap: .5rem; padding: .625rem .75rem; color: var(--bad); background: var(--bad-soft); border: 1px solid var(--bad-line); border-radius: var(--radius); text-wrap: pretty; animation: rise .18s ease-out }
.login-error .icon { margin-block-start: 1px }
.login-form .primary { margin-block-start: .25rem }
@media (max-width: 479px) {
  .login-page { place-items: start center; padding: 0; background: var(--surface) }
  .login-card { max-inline-size: none; padding-block-start: 4rem; border: 0; box-shadow: none; border-radius: 0 }
  .field input { font-size: 1rem }
}
`
