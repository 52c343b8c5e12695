import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { signIn } from '../api/client.ts'
import { CopyLine } from '../components/copy-line.tsx'
import { Problem } from '../components/problem.tsx'
import './sign-in.css'

/** Asks for a token that may read; the collector keeps a session for it, this page keeps nothing. */
export function SignIn(): JSX.Element {
  const [error, setError] = useState<Error>()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const token = new FormData(event.currentTarget as HTMLFormElement).get('token')
    signIn(String(token).trim()).then(() => location.reload(), setError)
  }
  return (
    <form class="panel sign-in" onSubmit={submit}>
      <h1>Sign in</h1>
      <label for="token">This collector asks for a token with the scope read</label>
      <p>
        <input id="token" name="token" type="password" autocomplete="off" required />
        <button type="submit">Sign in</button>
      </p>
      <Problem error={error} />
      <p>Who may administer it makes one, and finds a link that signs in where the collector was started:</p>
      <CopyLine text="hubline token create me --scope read" />
    </form>
  )
}
