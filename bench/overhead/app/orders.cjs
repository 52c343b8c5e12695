/** What every app answers, and how often it did. */
let served = 0

const LINES = Array.from({ length: 4 }, (_, index) => ({
  sku: `tea-${index}`,
  quantity: index + 1,
  price: 4.5,
}))

exports.order = (id) => {
  served++
  return { id, state: 'packed', total: 45, currency: 'EUR', lines: LINES }
}

/** Counts the request that asks, too. */
exports.served = () => ({ served: ++served })
