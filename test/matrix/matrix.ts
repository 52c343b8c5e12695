import { packAll } from '../packaging/pack.ts'
import { temporaryFolder } from '../packaging/places.ts'
import type { Cell } from './cells.ts'
import { findNode, type NodeProgram } from './nodes.ts'
import { lendVitest, makeProject } from './project.ts'
import { type CellResult, runSuites } from './results.ts'

/** A cell and the lines of node that it runs on. */
export interface Plan {
  cell: Cell
  lines: readonly string[]
}

/**
 * Runs each cell in a project of its own outside the repository: the packages are packed once, and a cell is
 * installed once for all its nodes.
 *
 * @throws AggregateError with what each failed run printed
 */
export async function runMatrix(plans: readonly Plan[], say: (line: string) => void): Promise<CellResult[]> {
  const folder = await temporaryFolder()
  const results: CellResult[] = []
  const failures: unknown[] = []
  try {
    await lendVitest(folder.path)
    const tarballs = await packAll(folder.path)
    const nodes = new Map<string, NodeProgram>()
    for (const line of new Set(plans.flatMap(({ lines }) => lines))) {
      nodes.set(line, await findNode(line, folder.path))
    }
    for (const { cell, lines } of plans) {
      try {
        const { path, installed } = await makeProject(cell, folder.path, tarballs)
        say(
          `${cell.name}: ${Object.entries(installed)
            .map((each) => each.join(' '))
            .join(', ')}`,
        )
        for (const line of lines) {
          const result = await runSuites(cell, path, nodes.get(line)!)
          say(`${cell.name} on node ${result.node}: ${result.passed} passed, ${result.skipped} skipped`)
          results.push(result)
        }
      } catch (error) {
        say(`${cell.name} failed`)
        failures.push(error)
      }
    }
  } finally {
    await folder.remove()
  }
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n'))
  return results
}
