import { createRequire } from 'node:module'

/**
 * The prototype of a class that `module` of an optional package exports, if it is installed where Nest itself looks
 * for it.
 */
export function prototypeOf(name: string, module: string): object | undefined {
  try {
    const core = createRequire(import.meta.url).resolve('@nestjs/core')
    const exported = createRequire(core)(module) as Record<string, { prototype: object }>
    return exported[name]?.prototype
  } catch {
    return undefined
  }
}
