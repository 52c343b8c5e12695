// An app that takes signals in the way that its first argument names, before the line or after it, or without the line.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { hubline } from '@hubline/express'
import express from 'express'

const [how, place, signal] = process.argv.slice(2)
const CLEANUP_MS = 300

const ways = {
  nothing() {},
  on: () => process.on(signal, leaveLater),
  ignores: () => process.on(signal, () => console.log('ignored')),
  once: () => process.once(signal, leaveLater),
  first: () => process.prependOnceListener(signal, leaveLater),
  events: () => void once(process, signal).then(leaveLater),
  exits: () => process.on(signal, () => process.exit(3)),
  // The way of NestJS, terminus and others.
  raises() {
    const cleanUp = () => {
      process.removeListener(signal, cleanUp)
      setTimeout(() => process.kill(process.pid, signal), 20)
    }
    process.on(signal, cleanUp)
  },
  // The way of close-with-grace: another signal while it cleans up ends it.
  graceful() {
    process.once(signal, () => {
      process.on(signal, () => process.exit(1))
      leaveLater()
    })
  },
  async 'signal-exit 3'() {
    const { default: onExit } = await import('signal-exit-3')
    onExit((code, by) => console.log(`exit ${code} ${by}`))
  },
  async 'signal-exit 4'() {
    const { onExit } = await import('signal-exit-4')
    onExit((code, by) => console.log(`exit ${code} ${by}`))
  },
  async 'signal-exit 4, which stays'() {
    const { onExit } = await import('signal-exit-4')
    onExit(() => true)
  },
  async 'signal-exit 3 and 4'() {
    await ways['signal-exit 3']()
    await ways['signal-exit 4']()
  },
  async 'signal-exit 4 and once'() {
    await ways['signal-exit 4']()
    ways.once()
  },
  emits() {
    setTimeout(() => {
      process.emit(signal)
      console.log('emitted')
    }, 20)
  },
  clears() {
    process.on(signal, leaveLater)
    setTimeout(() => process.removeAllListeners(signal), 20)
  },
}

function leaveLater() {
  console.log('cleaning up')
  setTimeout(() => process.exit(7), CLEANUP_MS)
}

if (place === 'before') await ways[how]()
const app = express()
if (place !== 'without') app.use(hubline({ source: 'signalled', batchTimeout: '5ms' }))
if (place !== 'before') await ways[how]()
app.get('/', (_req, res) => res.send('alive'))
const server = createServer(app).listen(0, '127.0.0.1', () => {
  // What is set up by a timer is there.
  setTimeout(() => console.log(`listens on ${server.address().port}`), 60)
})
