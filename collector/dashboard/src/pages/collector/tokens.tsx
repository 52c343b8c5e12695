import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { ApiError, send, type Answer } from '../../api/client.ts'
import { useRead } from '../../api/use-read.ts'
import { CopyLine } from '../../components/copy-line.tsx'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Ago } from '../../format/time.tsx'

type Token = Answer<'tokens'>['data'][number]

/** The tokens of the collector, for its admins: made, shown once, revoked. */
export function Tokens(): JSX.Element {
  const { data, error, again } = useRead('tokens', {}, { everyMs: 30_000 })
  const [made, setMade] = useState<{ name: string; secret: string }>()
  const [failure, setFailure] = useState<Error>()
  const isForAdmins = error instanceof ApiError && error.status === 403
  if (isForAdmins) {
    return (
      <Panel title="Tokens">
        <p class="nothing">Tokens are for those who have one with the scope admin.</p>
      </Panel>
    )
  }
  const revoke = ({ id, name }: Token) => {
    if (!confirm(`Revoke the token "${name}"? Whatever uses it is shut out at once.`)) return
    send('POST', 'tokens/{id}/revoke', { id }).then(again, setFailure)
  }
  return (
    <Panel title="Tokens">
      <Problem error={error ?? failure} />
      {data?.data.length === 0 && (
        <p class="nothing">
          There are none: everything on this machine may send and read. The first must be an admin's without
          an end; from then on every request needs one.
        </p>
      )}
      {data && data.data.length > 0 && (
        <Table label="Tokens" columns={columnsOf(revoke)} rows={data.data} rowKey={({ id }) => id} />
      )}
      {made && (
        <div class="secret" role="status">
          <p>
            The token <b>{made.name}</b>. It is shown this once; the collector keeps its hash alone.
          </p>
          <CopyLine text={made.secret} />
          <button type="button" onClick={() => setMade(undefined)}>
            I have it
          </button>
        </div>
      )}
      {data && (
        <NewToken
          isFirst={data.data.length === 0}
          made={(token) => {
            setMade(token)
            again()
          }}
        />
      )}
    </Panel>
  )
}

function columnsOf(revoke: (token: Token) => void): Column<Token>[] {
  return [
    { title: 'Name', cell: ({ name }) => <b>{name}</b> },
    { title: 'Scope', cell: ({ scope }) => scope },
    { title: 'Source', cell: ({ source }) => (source === '*' ? 'any' : source) },
    {
      title: 'State',
      cell: ({ state }) => <span class={state === 'active' ? 'good' : 'quiet'}>{state}</span>,
    },
    { title: 'Last used', cell: ({ last_used_at }) => last_used_at && <Ago at={last_used_at} /> },
    { title: 'Made', cell: ({ created_at }) => created_at && <Ago at={created_at} /> },
    { title: 'Ends', cell: ({ expires_at }) => expires_at?.slice(0, 16).replace('T', ' ') },
    {
      title: 'Change',
      cell: (token) =>
        token.origin === 'stored' &&
        token.state === 'active' && (
          <button type="button" aria-label={`Revoke ${token.name}`} onClick={() => revoke(token)}>
            Revoke
          </button>
        ),
    },
  ]
}

interface NewTokenProps {
  isFirst: boolean
  made: (token: { name: string; secret: string }) => void
}

function NewToken({ isFirst, made }: NewTokenProps): JSX.Element {
  const [error, setError] = useState<Error>()
  const make = async (form: HTMLFormElement, body: object) => {
    try {
      const answer = await send('POST', 'tokens', {}, body)
      form.reset()
      made(answer as { name: string; secret: string })
    } catch (reason) {
      setError(reason as Error)
    }
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const given = Object.fromEntries(
      [...new FormData(form)].map(([name, value]) => [name, String(value).trim()] as const),
    )
    const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''))
    setError(undefined)
    void make(form, body)
  }
  return (
    <form class="new-token" onSubmit={submit} aria-label="New token">
      <label>
        Name
        <input name="name" required maxLength={100} autocomplete="off" />
      </label>
      <label>
        Scope
        <select name="scope">
          {!isFirst && <option value="ingest">ingest: sends</option>}
          {!isFirst && <option value="read">read: looks</option>}
          <option value="admin">admin: everything</option>
        </select>
      </label>
      {!isFirst && (
        <>
          <label>
            Source
            <input name="source" placeholder="any" autocomplete="off" />
          </label>
          <label>
            Ends after
            <input name="expires" placeholder="never, or 90d" autocomplete="off" />
          </label>
        </>
      )}
      <button type="submit">Make a token</button>
      <Problem error={error} />
    </form>
  )
}
