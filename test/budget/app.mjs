// An app that counts what it has: WITH says whether Hubline is in it. It needs --expose-gc, and room for new objects in which
// nothing is collected while it is asked.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { constants, PerformanceObserver } from 'node:perf_hooks'
import express from 'express'

const app = express()
if (process.env.WITH === 'hubline') {
  const { hubline } = await import('@hubline/express')
  app.use(hubline())
}
/** Of the last request and its response, while it is handled. */
let listenersOfMessages = 0
app.get('/orders/:id', (req, res) => {
  listenersOfMessages = listenersOf(req) + listenersOf(res)
  res.json({ id: req.params.id, state: 'packed' })
})
const server = createServer(app)
await once(server.listen(0, '127.0.0.1'), 'listening')

const sockets = new Set()
server.on('connection', (socket) => {
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
})

/** Those that nobody asked for. */
let collections = 0
const observer = new PerformanceObserver((list) => count(list.getEntries()))
function count(entries) {
  for (const { detail } of entries) {
    if ((detail.flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) === 0) collections++
  }
}
observer.observe({ entryTypes: ['gc'] })

function listenersOf(emitter) {
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0)
}

const tasks = {
  /** Begins to count: everything that is garbage now is gone. */
  begin() {
    count(observer.takeRecords())
    collections = 0
    globalThis.gc()
  },
  /** Bytes that the collections of young objects leave, which are all that an app under load sees for long. */
  youngCollected() {
    for (let n = 0; n < 3; n++) globalThis.gc({ type: 'minor' })
    return process.memoryUsage().heapUsed
  },
  async count() {
    const { heapUsed } = process.memoryUsage()
    count(observer.takeRecords())
    return {
      heapUsed,
      collections,
      listeners: listenersOf(process) + listenersOf(server),
      listenersOfSockets: [...sockets].map(listenersOf),
      listenersOfMessages,
      timers: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length,
    }
  },
  /** Events beyond those of requests, all at once. */
  async emit(events) {
    const { getHub } = await import('@hubline/core')
    for (let n = 0; n < events; n++) getHub().event('shop.order.placed', { order_id: n })
  },
  async flush() {
    const { getHub } = await import('@hubline/core')
    await getHub().flush()
  },
}

process.on('message', async ([task, ...args]) => {
  process.send({ answer: (await tasks[task](...args)) ?? null })
})
process.send({ answer: server.address().port })
