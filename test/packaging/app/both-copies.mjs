// A process in which one part imports the packages and another requires them.
import { createRequire } from 'node:module'
import express from 'express'
import * as coreImported from '@hubline/core'
import * as imported from '@hubline/express'

const require = createRequire(import.meta.url)
const coreRequired = require('@hubline/core')
const required = require('@hubline/express')

const app = express()
app.use(imported.hubline())
app.use(required.hubline())
app.get('/users/:id', (req, res) => {
  res.json({
    copies:
      coreImported.createHub !== coreRequired.createHub && imported.hubline !== required.hubline ? 2 : 1,
    hubs: new Set([
      req.hub,
      coreImported.getHub(),
      coreRequired.getHub(),
      coreImported.createHub(),
      coreRequired.createHub(),
    ]).size,
  })
})

const server = app.listen(0, '127.0.0.1', async () => {
  const response = await fetch(`http://127.0.0.1:${server.address().port}/users/7`)
  console.log(await response.text())
  server.close()
})
