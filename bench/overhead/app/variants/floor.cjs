// What nobody can do without who says something of each request: a record, a context, and a request each second.
const { AsyncLocalStorage } = require('node:async_hooks')
const { Agent, request } = require('node:http')
const { everywhere } = require('./middleware.cjs')

const storage = new AsyncLocalStorage()
const agent = new Agent({ keepAlive: true })
let records = []

setInterval(() => {
  if (records.length === 0) return
  const body = JSON.stringify(records)
  records = []
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const url = `${process.env.BENCH_SINK}/records`
  request(url, { method: 'POST', agent, headers }, (response) => response.resume()).end(body)
}, 1000).unref()

module.exports = everywhere(function withRecord(req, res, next) {
  const record = { method: req.method, path: req.url, at: Date.now(), from: performance.now() }
  res.once('finish', () => {
    record.status = res.statusCode
    record.duration = performance.now() - record.from
    records.push(record)
  })
  storage.run(record, next)
})
