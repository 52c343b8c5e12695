import { Option, type Command } from 'commander'
import { CommandError } from '../command-error.ts'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import { ask, type Connection } from '../hub-client.ts'
import { writeJson } from '../json-output.ts'
import { table } from '../table.ts'
import { printable, styled, type Terminal } from '../terminal.ts'

interface Token {
  id: string
  name: string
  scope: 'ingest' | 'read' | 'admin'
  source: string
  state: 'active' | 'expired' | 'revoked'
  last_used_at: string | null
  expires_at: string | null
  overlap_until: string | null
}

interface Minted extends Token {
  secret: string
}

interface Common extends ConnectionOptions {
  json?: true
}

const PATH = '/api/v1/tokens'
const CREATE_EXAMPLES = `  hubline token create chief --scope admin
      the first token of a collector: from then on every request needs one
  HUB_API_TOKEN=<admin> hubline token create shop --scope ingest --source shop
      for an app; it can send events of the source "shop" and nothing else
`
const LIST_EXAMPLES = `  hubline token list
  hubline token list --json | jq -r '.[] | select(.last_used_at == null) | .name'
`
const ROTATE_EXAMPLES = `  hubline token rotate shop --overlap 24h
      a new secret, with a day to bring it to where it is used
`
const REVOKE_EXAMPLES = `  hubline token revoke shop
      at once, with every stream and session that is open
`
const EXAMPLES = `\nExamples:\n${CREATE_EXAMPLES}${ROTATE_EXAMPLES}${REVOKE_EXAMPLES}`

/** `hubline token`: makes, lists, rotates and revokes the tokens of a running collector. */
export function tokenCommand(program: Command, terminal: Terminal): void {
  const token = program
    .command('token')
    .description('make, list, rotate and revoke the tokens of a collector')
    .addHelpText('after', EXAMPLES)

  define(token, 'create <name>', 'make a token; its secret is written to stdout, this once', CREATE_EXAMPLES)
    .addOption(
      new Option('--scope <scope>', 'what it opens')
        .choices(['ingest', 'read', 'admin'])
        .makeOptionMandatory(),
    )
    .option('--source <source>', 'the only source that it speaks for and reads', '*')
    .option('--expires <when>', 'an RFC 3339 time, or from now such as 90d; default never')
    .action(async (name: string, options: Common & { scope: string; source: string; expires?: string }) => {
      const { scope, source, expires } = options
      const connection = connectionOf(options, terminal)
      const made = await ask<Minted>(connection, 'POST', PATH, {
        name,
        scope,
        source,
        ...(expires !== undefined && { expires }),
      })
      reveal(terminal, options, made, `Token "${printable(made.name)}" was made: ${describe(made)}.`)
      // Without one it can only have been the first.
      if (connection.token !== undefined || options.json) return
      terminal.err.write(
        'It is the first of this collector: from now on every request needs a token, apps too. Make one for each:\n' +
          '  HUB_API_TOKEN=<this secret> hubline token create <app> --scope ingest --source <app>\n',
      )
    })

  define(token, 'list', 'all tokens, never their secrets', LIST_EXAMPLES).action(async (options: Common) => {
    const tokens = await listed(connectionOf(options, terminal))
    if (options.json) return writeJson(terminal, tokens)
    if (tokens.length === 0) {
      terminal.err.write('There are no tokens: whoever is on this machine may do everything.\n')
      return
    }
    const head = ['NAME', 'SCOPE', 'SOURCE', 'STATE', 'LAST USED', 'EXPIRES', 'ID']
    const rows = tokens.map(({ name, scope, source, state, last_used_at, expires_at, id }) => [
      name,
      scope,
      source,
      state,
      minutes(last_used_at),
      minutes(expires_at),
      id,
    ])
    const [first, ...rest] = table(head, rows)
    terminal.out.write([styled(terminal, terminal.out)('bold', first!), ...rest, ''].join('\n'))
  })

  define(token, 'rotate <token>', 'give a token, by its name or id, a new secret', ROTATE_EXAMPLES)
    .option(
      '--overlap <duration>',
      'how long the old secret is accepted too, up to 30d; 0s ends it now',
      '1h',
    )
    .action(async (which: string, options: Common & { overlap: string }) => {
      const connection = connectionOf(options, terminal)
      const { id } = await find(connection, which)
      const { overlap } = options
      const made = await ask<Minted>(connection, 'POST', `${PATH}/${encodeURIComponent(id)}/rotate`, {
        overlap,
      })
      const until = made.overlap_until
        ? `is accepted until ${made.overlap_until}`
        : 'is not accepted any more'
      reveal(
        terminal,
        options,
        made,
        `Token "${printable(made.name)}" has a new secret; the old one ${until}.`,
      )
    })

  define(token, 'revoke <token>', 'end a token, by its name or id, at once', REVOKE_EXAMPLES).action(
    async (which: string, options: Common) => {
      const connection = connectionOf(options, terminal)
      const { id } = await find(connection, which)
      const revoked = await ask<Token>(connection, 'POST', `${PATH}/${encodeURIComponent(id)}/revoke`)
      if (options.json) writeJson(terminal, revoked)
      else terminal.err.write(`Token "${printable(revoked.name)}" is revoked.\n`)
    },
  )
}

function define(parent: Command, usage: string, description: string, examples: string): Command {
  return withConnection(parent.command(usage).description(description))
    .option('--json', 'answer in JSON')
    .addHelpText('after', `\nExamples:\n${examples}`)
}

/** The secret alone goes to stdout, so that a script can take it. */
function reveal(terminal: Terminal, { json }: Common, made: Minted, message: string): void {
  if (json) return writeJson(terminal, made)
  terminal.err.write(`${message} Keep its secret, it is shown this once:\n`)
  terminal.out.write(`${made.secret}\n`)
}

async function listed(connection: Connection): Promise<Token[]> {
  return (await ask<{ data: Token[] }>(connection, 'GET', PATH)).data
}

async function find(connection: Connection, which: string): Promise<Token> {
  const tokens = await listed(connection)
  const found =
    tokens.find(({ id }) => id === which) ??
    tokens.find(({ name, state }) => name === which && state === 'active') ??
    tokens.find(({ name }) => name === which)
  if (found) return found
  throw new CommandError(
    `there is no token "${which}"; hubline token list shows them`,
    undefined,
    'not_found',
  )
}

function describe({ scope, source, expires_at }: Token): string {
  const of = source === '*' ? 'any source' : `the source "${printable(source)}"`
  return `scope ${scope} for ${of}, ${expires_at === null ? 'without expiry' : `until ${expires_at}`}`
}

function minutes(time: string | null): string {
  return time === null ? '–' : `${time.slice(0, 16).replace('T', ' ')}Z`
}
