import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY } from '../packaging/places.ts'
import { readCells } from './cells.ts'
import { columnsIn, columnsOf } from './document.ts'
import { runMatrix } from './matrix.ts'

/** What no other test runs: routers that publish nothing, and the older Node. */
const SHORT: Record<string, string[]> = { 'express-4': ['24'], 'express-5.2': ['22'] }

test('older versions keep the contract, as docs/capture.md says', { timeout: 300_000 }, async () => {
  const cells = await readCells(Object.keys(SHORT))
  const plans = cells.map((cell) => ({ cell, lines: SHORT[cell.name]! }))
  const document = columnsIn(await readFile(join(REPOSITORY, 'docs/capture.md'), 'utf8'))
  const results = await runMatrix(plans, console.info)
  expect(results).toHaveLength(2)
  for (const [heading, marks] of columnsOf(results)) {
    // npm run test:matrix writes the document.
    expect({ heading, marks: document.get(heading) }).toEqual({ heading, marks })
  }
})
