import { signIn } from './api.ts'
import { el, say } from './dom.ts'

let form: HTMLFormElement | undefined

/** Asks, once, for a token that may read; the collector keeps a session for it, this page keeps nothing. */
export function askForToken(): void {
  if (form) return
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true })
  const token = el('input', { id: 'token', type: 'password', autocomplete: 'off', required: true })
  form = el(
    'form',
    { class: 'panel sign-in' },
    el('label', { for: 'token' }, 'This collector asks for a token with the scope read'),
    token,
    el('button', {}, 'Sign in'),
    problem,
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    signIn(token.value.trim()).then(
      () => location.reload(),
      (error: unknown) => say(problem, (error as Error).message),
    )
  })
  document.querySelector('main')!.prepend(form)
}
