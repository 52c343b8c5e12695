import { createHash, type Hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { BackupFile } from '../store/backup.ts'
import { tokenFile } from '../tokens/token-file.ts'
import type { TarFile } from './tar.ts'

interface BackupContext {
  dataDir: string
  version: string
  createdAt: Date
}

/**
 * What a backup holds: the tokens, so that its doors are as closed as those of the original, the store, and at the end
 * `manifest.json`, which says of each file its size and SHA-256.
 */
export async function* backupFiles(
  store: AsyncIterable<BackupFile>,
  { dataDir, version, createdAt }: BackupContext,
): AsyncGenerator<TarFile> {
  const files: { name: string; bytes: number; sha256: string }[] = []
  for await (const { name, bytes, content } of withTokens(store, dataDir)) {
    const hash = createHash('sha256')
    yield { name, bytes, content: hashed(content, hash) }
    files.push({ name, bytes, sha256: hash.digest('hex') })
  }
  const manifest = { format: 1, collector: version, created_at: createdAt.toISOString(), files }
  yield inMemory('manifest.json', Buffer.from(JSON.stringify(manifest, null, 2)))
}

async function* withTokens(store: AsyncIterable<BackupFile>, dataDir: string): AsyncGenerator<TarFile> {
  const tokens = await readFile(tokenFile(dataDir)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (tokens) yield inMemory('tokens.json', tokens)
  yield* store
}

async function* hashed(content: TarFile['content'], hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    hash.update(chunk)
    yield chunk
  }
}

function inMemory(name: string, content: Buffer): TarFile {
  return { name, bytes: content.byteLength, content: [content] }
}
