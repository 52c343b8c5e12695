import { readCells } from './cells.ts'
import { runMatrix } from './matrix.ts'
import { NODES } from './nodes.ts'

const cells = await readCells(process.argv.slice(2))
const lines = Object.keys(NODES).reverse()
const results = await runMatrix(
  cells.map((cell) => ({ cell, lines })),
  console.log,
)
console.log(results.length)
