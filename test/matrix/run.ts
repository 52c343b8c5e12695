// node test/matrix/run.ts [--check] [cell…]: every version that is named, on every node; then docs/capture.md.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { REPOSITORY } from '../packaging/places.ts'
import { readCells } from './cells.ts'
import { written } from './document.ts'
import { runMatrix } from './matrix.ts'
import { NODES } from './nodes.ts'

const DOCUMENT = join(REPOSITORY, 'docs/capture.md')

const names = process.argv.slice(2).filter((name) => !name.startsWith('-'))
const check = process.argv.includes('--check')
const lines = Object.keys(NODES).toSorted().toReversed()
const cells = await readCells(names)
try {
  const results = await runMatrix(
    cells.map((cell) => ({ cell, lines })),
    console.log,
  )
  if (names.length === 0) await record(await readFile(DOCUMENT, 'utf8'), results)
} catch (error) {
  console.error(error instanceof AggregateError ? error.message : error)
  process.exitCode = 1
}

async function record(document: string, results: Parameters<typeof written>[1]): Promise<void> {
  const text = written(document, results)
  if (!check) return writeFile(DOCUMENT, text)
  if (text === document) return
  console.error('docs/capture.md is out of date: node test/matrix/run.ts writes it')
  process.exitCode = 1
}
