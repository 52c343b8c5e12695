const { once } = require('node:events')
const { expect, test } = require('@jest/globals')
const express = require('express')
const { hubline } = require('@hubline/express')

test('an app with the one line answers', async () => {
  const app = express()
  app.use(hubline())
  app.get('/users/:id', (req, res) => res.json({ id: req.params.id }))
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const response = await fetch(`http://127.0.0.1:${server.address().port}/users/7`)

  expect(await response.json()).toEqual({ id: '7' })
  server.close()
  await once(server, 'close')
})
