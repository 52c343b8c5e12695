import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../config/config-error.ts'
import { tokenRecord, type TokenRecord } from './record.ts'

const VERSION = 1
const schema = z.object({ version: z.literal(VERSION), tokens: z.array(tokenRecord) })

/** The file of a data directory that the tokens are kept in, for its owner's eyes only. */
export function tokenFile(dataDir: string): string {
  return join(dataDir, 'tokens.json')
}

/**
 * @returns undefined when no token was ever made here.
 * @throws {ConfigError} when the file cannot be read: to go on without it would open or lock doors that nobody meant to.
 */
export function readTokenFile(dataDir: string): TokenRecord[] | undefined {
  const file = tokenFile(dataDir)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    // That the directory is none is for the store to say.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code!)) return undefined
    throw new ConfigError(`${file} cannot be read: ${(error as Error).message}`)
  }
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw damaged(file, 'is not JSON')
  }
  const { version } = (content ?? {}) as { version?: unknown }
  if (typeof version === 'number' && version > VERSION) {
    throw new ConfigError(
      `${file} is of version ${version}, made by a newer collector; this one reads up to ${VERSION}`,
    )
  }
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data.tokens
  const { path, message } = parsed.error.issues[0]!
  throw damaged(file, `is damaged at ${path.join('.') || 'its top'}: ${message}`)
}

/** Replaces the file as a whole: after a crash it is the old one or the new one. */
export function writeTokenFile(dataDir: string, tokens: readonly TokenRecord[]): void {
  const file = tokenFile(dataDir)
  const fresh = `${file}.new`
  const handle = openSync(fresh, 'w', 0o600)
  try {
    writeSync(handle, JSON.stringify({ version: VERSION, tokens }, null, 1))
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(fresh, file)
  const folder = openSync(dirname(file), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function damaged(file: string, how: string): ConfigError {
  return new ConfigError(
    `${file} ${how}; bring it back from a backup, or move it away and set HUBLINE_TOKENS to make new tokens with`,
  )
}
