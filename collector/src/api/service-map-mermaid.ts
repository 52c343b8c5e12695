import type { NodeType, ServiceMap } from '../store/service-map.ts'

const SHAPES: Record<NodeType, readonly [string, string]> = {
  service: ['[', ']'],
  database: ['[(', ')]'],
  messaging: ['[[', ']]'],
  external: ['([', '])'],
}

/** A service map as a Mermaid flowchart; what goes through a queue is dotted. */
export function drawServiceMap({ nodes, edges }: ServiceMap): string {
  const numbers = new Map(nodes.map(({ id }, index) => [id, `n${index}`]))
  const lines = ['flowchart LR']
  for (const { id, type, name } of nodes) {
    const [open, close] = SHAPES[type]
    lines.push(`  ${numbers.get(id)}${open}"${escaped(name)}"${close}`)
  }
  for (const { caller, callee, via, calls, errors, p95_ms } of edges) {
    const failed = errors === 0 ? '' : `, ${errors} failed`
    const arrow = via === 'queue' ? '-.->' : '-->'
    lines.push(
      `  ${numbers.get(caller)} ${arrow}|"${calls} calls${failed}, p95 ${p95_ms} ms"| ${numbers.get(callee)}`,
    )
  }
  return `${lines.join('\n')}\n`
}

/** Names are their senders': whatever could end a text, begin markup or start a line becomes an entity. */
function escaped(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N} ./:_@()-]/gu, (character) => `#${character.codePointAt(0)};`)
}
