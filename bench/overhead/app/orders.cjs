const { monitorEventLoopDelay } = require('node:perf_hooks')

/** What every app answers, how often it did, and how long its event loop was held. */
let served = 0
let loop

const LINES = Array.from({ length: 4 }, (_, index) => ({
  sku: `tea-${index}`,
  quantity: index + 1,
  price: 4.5,
}))

exports.order = (id) => {
  served++
  return { id, state: 'packed', total: 45, currency: 'EUR', lines: LINES }
}

/** Counts the request that asks, too. The loop is watched from one question to the next. */
exports.served = () => {
  const loopP99 = loop ? loop.percentile(99) / 1e6 : 0
  if (loop) loop = void loop.disable()
  else (loop = monitorEventLoopDelay({ resolution: 1 })).enable()
  return { served: ++served, loopP99 }
}
