import { EXIT, type CommandError } from '../command-error.ts'
import { ask } from '../hub-client.ts'
import { failed, ok, type Finding } from './finding.ts'
import type { Patient } from './patient.ts'

export type Scope = 'ingest' | 'read' | 'admin' | 'none'

/** What the token opens, by what the collector lets it do; `none` where it has no tokens. */
export async function examineToken({ root }: Patient): Promise<{ finding: Finding; scope?: Scope }> {
  try {
    if (root.token === undefined) {
      await ask(root, 'GET', '/api/v1/services')
      return {
        finding: ok('token', 'none is needed: whoever is on this machine may do everything'),
        scope: 'none',
      }
    }
    const scope = await scopeOf(root)
    if (scope !== 'read') return { finding: ok('token', `has the scope "${scope}"`), scope }
    const error = { message: 'has the scope "read", which sends nothing', exitCode: EXIT.denied }
    const fix =
      'give the app a token of the scope ingest: hubline token create <app> --scope ingest --source <app>'
    return { finding: failed('token', error, fix) }
  } catch (error) {
    return {
      finding: failed('token', error as CommandError, 'set HUB_API_TOKEN to a token of this collector'),
    }
  }
}

async function scopeOf(root: Patient['root']): Promise<Exclude<Scope, 'none'>> {
  if (!(await may(root, '/api/v1/services'))) return 'ingest'
  return (await may(root, '/api/v1/tokens')) ? 'admin' : 'read'
}

async function may(root: Patient['root'], path: string): Promise<boolean> {
  try {
    await ask(root, 'GET', path)
    return true
  } catch (error) {
    if ((error as CommandError).code === 'insufficient_permissions') return false
    throw error
  }
}
