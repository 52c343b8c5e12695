// An app with an async handler that rejects, which its Express does not notice.
import { hubline } from '@hubline/express'
import express from 'express'

if (process.argv[2] === 'hears') process.on('unhandledRejection', () => console.log('heard'))

const app = express()
app.use(hubline({ source: 'rejects' }))
app.get('/users/:id', async () => {
  throw new TypeError('nobody’s')
})
const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
