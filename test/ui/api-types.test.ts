import { startCollector } from '@hubline/collector'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apiTypes, type ApiDocument } from '../../collector/dashboard/api-types.ts'

test('what the dashboard knows of the API is what the collector says of it', async () => {
  const data = await mkdtemp(join(tmpdir(), 'hubline-api-'))
  const collector = await startCollector({ port: 0, data, logLevel: 'error' })
  try {
    const document = (await (await fetch(`${collector.url}/openapi.json`)).json()) as ApiDocument
    // After a change of the API: npx vitest run test/ui/api-types.test.ts -u
    await expect(apiTypes(document)).toMatchFileSnapshot('../../collector/dashboard/src/api/gen/api.ts')
  } finally {
    await collector.close()
    await rm(data, { recursive: true, force: true })
  }
})
