/**
 * Design tokens, shared by launcher, panel and console: `--u-…` variables on the shadow host or the document.
 * `--u-accent` and `--u-on-accent` come from the site's theme. These few are all the loader needs.
 */
export const baseTokensCss = `
:host, :root {
  --u-accent: #4f46e5;
  --u-on-accent: #fff;
  --u-surface: #fff;
  --u-ink: #18181f;
  --u-focus: var(--u-accent);
}
@media (prefers-color-scheme: dark) {
  :host, :root {
    --u-surface: #17171c;
    --u-ink: #f2f2f5;
    --u-focus: #a9a4ff;
  }
}
`

/** Shades, and colours that say how something stands. */
export const shadeTokensCss = `
:host, :root {
  --u-font: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif;
  --u-radius: 16px;
  --u-raised: #f3f3f6;
  --u-quiet: #62626e;
  --u-line: #e6e6ec;
  --u-good: #12855b;
  --u-bad: #c4292f;
  --u-bad-soft: #fdecec;
  --u-warn-soft: #fff5dc;
  --u-warn-ink: #7a4d00;
  --u-shadow: 0 0 0 1px #1414280f, 0 8px 24px #1414281f, 0 24px 64px #14142829;
}
@media (prefers-color-scheme: dark) {
  :host, :root {
    --u-raised: #26262e;
    --u-quiet: #a1a1ae;
    --u-line: #2e2e38;
    --u-good: #43c491;
    --u-bad: #ff8086;
    --u-bad-soft: #3a1c20;
    --u-warn-soft: #382c12;
    --u-warn-ink: #f3cd7c;
    --u-shadow: 0 0 0 1px #fff2, 0 8px 24px #0007, 0 24px 64px #0008;
  }
}
`

/** Avatars: a soft ground and a strong letter of the same hue, readable in both schemes. */
export const avatarCss = `
.avatar {
  flex: none;
  display: inline-flex;
  align-items: center;
  justify-content: center;
  inline-size: var(--avatar, 28px);
  block-size: var(--avatar, 28px);
  border-radius: 50%;
  overflow: hidden;
  font-size: calc(var(--avatar, 28px) * .38);
  font-weight: 600;
  line-height: 1;
  letter-spacing: .01em;
  color: #fff;
  background: hsl(var(--hue, 240) 38% 40%);
  user-select: none;
}
.avatar img { inline-size: 100%; block-size: 100%; object-fit: cover; }
.tone-0 { --hue: 244 } .tone-1 { --hue: 204 } .tone-2 { --hue: 166 } .tone-3 { --hue: 130 }
.tone-4 { --hue: 24 } .tone-5 { --hue: 350 } .tone-6 { --hue: 316 } .tone-7 { --hue: 272 }
`
