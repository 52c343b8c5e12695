const { requirePeer } = require('./peers.cjs')

requirePeer('dd-trace').init()
