import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { LIMITS, type Limit } from './limits.ts'

const KIB = 1024

function amount({ value, unit }: Limit): string {
  if (unit === 'ms') return `${value / 1000} s`
  if (unit !== 'bytes') return `${value.toLocaleString('en')} ${unit}`.trimEnd()
  return value >= KIB * KIB ? `${value / KIB / KIB} MiB` : `${value / KIB} KiB`
}

test('the document shows the limits as they are', async () => {
  const rows = Object.values(LIMITS).map((each) => `| ${amount(each)} | ${each.of} | ${each.beyond} |`)
  const text = await readFile(new URL('../../../docs/security.md', import.meta.url), 'utf8')
  const shown = text.split('\n').filter((line) => /^\| [\d.,]+ ?/.test(line))
  expect(shown).toEqual(rows)
})
