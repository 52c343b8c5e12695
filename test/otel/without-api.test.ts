import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../packaging/places.ts'
import { ask } from '../support/http.ts'
import { startPeer } from './peer.ts'
import { installProject } from './project.ts'

test('where no package of OpenTelemetry is installed, spans, logs and metrics are ours', async () => {
  const folder = await temporaryFolder()
  onTestFinished(() => folder.remove())
  await installProject(folder.path, { express: '5.3.0' })
  expect(existsSync(join(folder.path, 'node_modules/@opentelemetry'))).toBe(false)
  const { sink, url, end } = await startPeer({ project: folder.path })
  await ask(`${url}/users/7`)
  await ask(`${url}/broken/7`)
  expect(await end()).toEqual([0, null])
  expect(sink.spans.map(({ name }) => name)).toEqual(['GET /users/:id', 'GET /broken/:id'])
  expect(sink.logs.some(({ eventName }) => eventName === 'http.server.request.exception')).toBe(true)
  expect(sink.metrics.map(({ name }) => name)).toContain('http.server.request.duration')
  for (const { resource } of [...sink.spans, ...sink.logs, ...sink.metrics]) {
    expect(resource.attributes).toMatchObject({ 'service.name': 'tea', 'telemetry.sdk.name': 'hubline' })
  }
}, 120_000)
