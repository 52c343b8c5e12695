import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Top of the repository. */
export const REPOSITORY: string = fileURLToPath(new URL('../..', import.meta.url))

/** What a user's folder starts with. */
export const APP: string = fileURLToPath(new URL('app', import.meta.url))

export interface TemporaryFolder {
  path: string
  remove(): Promise<void>
}

/** A new empty folder outside the repository, so that nothing is found by looking upwards. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(await realpath(tmpdir()), 'hubline-packaging-'))
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) }
}
