/** Injected into every file with elements when bundling, see build.mjs. */
export { Fragment, h } from 'preact'
