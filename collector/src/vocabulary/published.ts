import type { DatabaseSync } from 'node:sqlite'
import type { JsonSchema } from '@hubline/core/wire'
import { LIMITS } from '../config/limits.ts'
import type { PublishedVocabulary, VocabularyChange } from '../store/vocabularies.ts'

const SELECT = 'SELECT system, revision, document, published_ms FROM vocabularies'

/** The newest revision of each system. */
export function readNewest(catalog: DatabaseSync): PublishedVocabulary[] {
  const newest = 'SELECT system, max(revision) FROM vocabularies GROUP BY system'
  const rows = catalog.prepare(`${SELECT} WHERE (system, revision) IN (${newest}) ORDER BY system`).all()
  return rows.map(published)
}

/** Every revision of a system that is kept, newest first. */
export function readRevisions(catalog: DatabaseSync, system: string): PublishedVocabulary[] {
  return catalog.prepare(`${SELECT} WHERE system = ? ORDER BY revision DESC`).all(system).map(published)
}

/** The systems that have a vocabulary. */
export function readSystems(catalog: DatabaseSync): string[] {
  const rows = catalog.prepare('SELECT DISTINCT system FROM vocabularies').all()
  return rows.map((row) => row['system'] as string)
}

/** Runs inside a catalog transaction. What was published already is no new revision. */
export function changePublished(catalog: DatabaseSync, change: VocabularyChange): void {
  const { system } = change
  if (change.kind === 'remove') {
    catalog.prepare('DELETE FROM vocabularies WHERE system = ?').run(system)
    return
  }
  const document = JSON.stringify(change.document)
  const newest = catalog
    .prepare('SELECT revision, document FROM vocabularies WHERE system = ? ORDER BY revision DESC LIMIT 1')
    .get(system)
  if (newest?.['document'] === document) return
  const revision = Number(newest?.['revision'] ?? 0) + 1
  catalog
    .prepare('INSERT INTO vocabularies (system, revision, document, published_ms) VALUES (?, ?, ?, ?)')
    .run(system, revision, document, change.at)
  catalog
    .prepare('DELETE FROM vocabularies WHERE system = ? AND revision <= ?')
    .run(system, revision - LIMITS.revisions.value)
}

function published(row: Record<string, unknown>): PublishedVocabulary {
  return {
    system: row['system'] as string,
    revision: Number(row['revision']),
    publishedAt: Number(row['published_ms']),
    document: JSON.parse(row['document'] as string) as JsonSchema,
  }
}
