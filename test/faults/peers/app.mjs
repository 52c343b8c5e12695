// An app that says something with each request; its parent asks it for its figures and tells it when to close.
import { randomBytes } from 'node:crypto'
import { hubline } from '@hubline/express'
import { getHub } from '@hubline/core'
import express from 'express'

const app = express()
app.use(hubline({ source: 'app', logLevel: 'silent' }))
app.get('/answers/:bytes', (request, response) => {
  // Text that no compression makes smaller.
  request.hub.event('app.work.done', {
    text: randomBytes(Number(request.params.bytes) * 0.75).toString('base64'),
  })
  response.send('done')
})
const hub = getHub()
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
process.on('message', async ({ closeWithinMs }) => {
  if (closeWithinMs === undefined) return process.send({ stats: hub.stats() })
  await hub.close(closeWithinMs)
  server.close()
  server.closeAllConnections()
  process.send({ stats: hub.stats() }, () => process.disconnect())
})
