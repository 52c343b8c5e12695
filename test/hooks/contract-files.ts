import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

/** Writes files, objects as JSON, into a folder of the test file's own below `parent`; gives their paths. */
export function filesBelow(parent: string): {
  folder(): string
  file(name: string, content: string | object): Promise<string>
} {
  let folder: string
  beforeAll(async () => void (folder = await mkdtemp(join(parent, 'contract-'))))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  return {
    folder: () => folder,
    async file(name, content) {
      const path = join(folder, name)
      await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
      return path
    },
  }
}

/** A JSON Schema of one event. */
export const placed = (properties: object, required = Object.keys(properties), version = 1): object => ({
  title: 'shop',
  oneOf: [
    {
      properties: {
        type: { const: 'shop.order.placed' },
        version: { const: version },
        payload: { type: 'object', properties, required },
      },
    },
  ],
})
