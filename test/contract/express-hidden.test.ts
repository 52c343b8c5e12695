import { Router } from 'express'
import { expect, test } from 'vitest'
import { ask } from '../support/http.ts'
import { publishes, serveExpress } from './express-app.ts'

// In a process of its own: what is wrapped at the first request stays so.
test('a route of Express has no concrete part at the first request of an app that does not show itself', async () => {
  const served = await serveExpress(() => {}, {
    hidden: true,
    line: (app, ours) => {
      const router = Router()
      router.use(ours)
      router.get('/users/:id', (_req, res) => void res.json({}))
      app.use('/tenants/:tenant', router)
    },
  })
  await ask(`${served.url}/tenants/acme/users/7`)
  await ask(`${served.url}/tenants/acme/users/8`)
  await served.end()
  const known = 'GET /tenants/:tenant/users/:id'
  const first = publishes(served) ? known : 'GET /*/users/:id'
  const actions = served.sink.ofType('InteractionDetected').map(({ payload }) => payload['action'])
  expect(actions.sort()).toEqual([first, known].sort())
})
