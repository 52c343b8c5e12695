import { printableJson, type Terminal } from './terminal.ts'

/** What was asked for, as JSON for programs and people. */
export function writeJson({ out }: Terminal, value: unknown): void {
  out.write(`${printableJson(JSON.stringify(value, null, 2))}\n`)
}
