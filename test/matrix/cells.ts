import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One set of frameworks in exact versions, as its package.json describes it. */
export interface Cell {
  name: string
  /** Exact versions by package. */
  dependencies: Record<string, string>
  /** What its apps are made of besides, in exact versions. */
  devDependencies: Record<string, string>
  /** Ours that are installed beside core, as packed. */
  packages: string[]
  /** From the top of the repository. */
  suites: string[]
  /** Headings of its columns in docs/capture.md, by the adapter's name. */
  columns: Record<string, string>
}

const CELLS = new URL('cells/', import.meta.url)

/** Those named, or all. Throws for a name that there is not. */
export async function readCells(names: readonly string[] = []): Promise<Cell[]> {
  const all = (await readdir(CELLS)).sort()
  const unknown = names.filter((name) => !all.includes(name))
  if (unknown.length > 0) throw new Error(`no cell ${unknown.join(', ')}; there are ${all.join(', ')}`)
  return Promise.all((names.length > 0 ? names : all).map(readCell))
}

async function readCell(name: string): Promise<Cell> {
  const text = await readFile(new URL(join(name, 'package.json'), CELLS), 'utf8')
  const { dependencies, devDependencies, hubline } = JSON.parse(text) as Pick<
    Cell,
    'dependencies' | 'devDependencies'
  > & {
    hubline: Pick<Cell, 'packages' | 'suites' | 'columns'>
  }
  return { name, dependencies, devDependencies, ...hubline }
}
