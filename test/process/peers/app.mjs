// An app that dies, or does not, in the way that its first argument names.
import { hubline } from '@hubline/express'
import express from 'express'

const [how] = process.argv.slice(2)
const app = express()
// What a crash leaves unsent must not have been sent by chance.
app.use(hubline({ source: 'mortal', batchTimeout: how === 'dies' ? '30s' : '20ms' }))
app.get('/timer/:id', () => setTimeout(() => fail(), 1))
app.get('/promise/:id', () => void Promise.resolve().then(fail))
app.get('/much/:id', (req) => {
  setTimeout(() => {
    for (let n = 0; n < 21_000; n++) req.hub.event('mortal.thing.said', { n })
    fail()
  }, 1)
})
app.get('/ok', (_req, res) => res.send('ok'))

function fail() {
  throw new TypeError('nobody caught this, token=abc')
}

if (how === 'catches' || how === 'hears all') process.on('uncaughtException', () => console.log('caught'))
if (how === 'hears' || how === 'hears all') process.on('unhandledRejection', () => console.log('heard'))
if (how === 'leaves') {
  const mine = () => {}
  process.on('unhandledRejection', mine)
  process.removeListener('unhandledRejection', mine)
}
if (how === 'handles') {
  process.on('SIGTERM', () => {
    console.log('tidying up')
    server.close(() => setTimeout(() => process.exit(7), 100))
    server.closeAllConnections()
  })
}
if (how === 'quits') process.on('SIGTERM', () => process.exit(0))
const server = app.listen(0, '127.0.0.1', () => console.log(`listens on ${server.address().port}`))
if (how === 'ends') server.once('listening', () => server.close())
