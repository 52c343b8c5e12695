const { requirePeer } = require('./peers.cjs')

requirePeer('elastic-apm-node').start()
