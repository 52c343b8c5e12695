export type Child = Node | string | number | null | undefined | false

/** Makes an element; strings become text, never markup. Attributes that are undefined or false are left out. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string | number | boolean | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : String(value))
  }
  element.append(...shown(children))
  return element
}

/** The element of this id in the page as it was served. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (!element) throw new Error(`the page has no #${id}`)
  return element
}

/** Replaces what is in `parent`; a link that had the focus has it again afterwards. */
export function fill(parent: HTMLElement, ...children: Child[]): void {
  const focused = parent.contains(document.activeElement)
    ? document.activeElement?.getAttribute('href')
    : null
  parent.replaceChildren(...shown(children))
  if (focused) {
    const again = [...parent.querySelectorAll('a')].find((link) => link.getAttribute('href') === focused)
    again?.focus({ preventScroll: true })
  }
}

/** Shows a text, or hides the element when there is none. */
export function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
  element.hidden = text === ''
}

/** Sets custom properties, which style sheets read; the content security policy allows this way alone. */
export function vary<Target extends HTMLElement>(
  element: Target,
  properties: Record<`--${string}`, string>,
): Target {
  for (const [name, value] of Object.entries(properties)) element.style.setProperty(name, value)
  return element
}

function shown(children: Child[]): (Node | string)[] {
  const nodes: (Node | string)[] = []
  for (const child of children) {
    if (child instanceof Node) nodes.push(child)
    else if (child !== null && child !== undefined && child !== false && child !== '')
      nodes.push(String(child))
  }
  return nodes
}
