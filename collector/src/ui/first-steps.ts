import { el } from './dom.ts'

/** What to do when nothing has arrived yet: the exact lines, with this collector's own address. */
export function firstSteps(): HTMLElement {
  return el(
    'div',
    { class: 'first-steps' },
    el('h3', {}, 'Nothing has arrived yet'),
    el(
      'p',
      {},
      'Two lines make an Express app report here; its services, requests and errors appear by themselves.',
    ),
    el('p', {}, 'In the app:'),
    line(`app.use(hubline())`),
    el('p', {}, 'In its environment:'),
    line(`HUB_API_URL=${location.origin}`),
    el('p', {}, 'Any OpenTelemetry SDK reports here as well:'),
    line(`OTEL_EXPORTER_OTLP_ENDPOINT=${location.origin}`),
  )
}

/** A line to copy. */
function line(text: string): HTMLElement {
  const code = el('code', {}, text)
  const button = el('button', { type: 'button', 'aria-label': `Copy ${text}` }, 'Copy')
  button.addEventListener('click', () => {
    // Without leave to write to the clipboard the line is selected, ready to be copied by hand.
    navigator.clipboard.writeText(text).then(
      () => (button.textContent = 'Copied'),
      () => getSelection()?.selectAllChildren(code),
    )
  })
  return el('div', { class: 'copy' }, code, button)
}
