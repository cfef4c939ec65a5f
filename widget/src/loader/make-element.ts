/**
 * A new element: name, attributes, children. No `style` attribute and no markup from strings, both of which would break strict pages
 * (CSP, Trusted Types).
 */
export function makeElement(
  document: Document,
  name: string,
  attributes: Record<string, string>,
  ...children: (Node | string)[]
): HTMLElement {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...children)
  return element
}

export function makeButton(document: Document, name: string, click: () => void, ...children: (Node | string)[]): HTMLElement {
  const button = makeElement(document, 'button', { class: name, type: 'button' }, ...children)
  button.addEventListener('click', click)
  return button
}
