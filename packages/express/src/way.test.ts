import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { hubline } from './index.ts'
import { knownWay } from './marks.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

test('a way that is kept keeps no request that has ended', async () => {
  const ways: unknown[] = []
  const requests: WeakRef<object>[] = []
  const app = express()
  app.use(hubline({ url: 'http://127.0.0.1:9/', source: 'ways', logLevel: 'silent' }))
  app.get('/users/:id', (req, res) => {
    ways.push(knownWay(req))
    requests.push(new WeakRef(req))
    res.set('connection', 'close').end()
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  // The newest is known to the router's channel.
  for (const id of [1, 2, 3]) await (await fetch(`http://127.0.0.1:${port}/users/${id}`)).text()
  await setImmediate()
  collect()
  expect(ways.every((way) => way !== undefined)).toBe(true)
  expect(requests[0]!.deref()).toBeUndefined()
})
