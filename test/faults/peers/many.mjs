// Some clients of one receiver in one process: each says one thing when it is told to, and tries until it has arrived.
import { createHub } from '@hubline/core'

const [from, count] = process.argv.slice(2).map(Number)
const hubs = Array.from({ length: count }, (_, n) =>
  createHub({
    source: `client-${from + n}`,
    dialect: 'hubline',
    compression: 'none',
    batchTimeout: 10,
    heartbeatInterval: '1h',
    logLevel: 'silent',
  }),
)
process.on('message', async ({ say }) => {
  if (say) for (const hub of hubs) hub.event('client.said', {})
  else await Promise.all(hubs.map((hub) => hub.close()))
  process.send(
    hubs.map((hub) => hub.stats()),
    () => say || process.disconnect(),
  )
})
process.send('ready')
