/** Moves the focus to the next row (1) or the one before (-1): to the elements with `data-row` that can be seen. */
export function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')].filter(
    (row) => row.offsetParent !== null,
  )
  const now = rows.findIndex((row) => row === document.activeElement || row.contains(document.activeElement))
  const next = now < 0 ? (by > 0 ? rows[0] : rows.at(-1)) : rows[now + by]
  next?.focus({ preventScroll: true })
  next?.scrollIntoView({ block: 'nearest' })
}
