export interface PublicPackage {
  name: string
  /** From the top of the repository. */
  folder: string
  /** Its exports, save package.json. */
  doors: string[]
  formats: ('esm' | 'cjs')[]
}

/** Everything that is published. */
export const PACKAGES: PublicPackage[] = [
  {
    name: '@hubline/core',
    folder: 'packages/core',
    doors: ['.', './adapter', './wire', './testing'],
    formats: ['esm', 'cjs'],
  },
  { name: '@hubline/express', folder: 'packages/express', doors: ['.'], formats: ['esm', 'cjs'] },
  { name: '@hubline/fastify', folder: 'packages/fastify', doors: ['.'], formats: ['esm', 'cjs'] },
  { name: '@hubline/nestjs', folder: 'packages/nestjs', doors: ['.'], formats: ['esm', 'cjs'] },
  { name: '@hubline/otel', folder: 'packages/otel', doors: ['.', './register'], formats: ['esm', 'cjs'] },
  { name: '@hubline/hooks', folder: 'packages/hooks', doors: ['.'], formats: ['esm'] },
  { name: '@hubline/collector', folder: 'collector', doors: ['.', './mcp'], formats: ['esm'] },
  // A command, which nobody imports.
  { name: 'hubline', folder: 'packages/cli', doors: [], formats: ['esm'] },
]
