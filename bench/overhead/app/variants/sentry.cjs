const { requirePeer } = require('./peers.cjs')

requirePeer('@sentry/node').init({ tracesSampleRate: 1 })
