const { createRequire } = require('node:module')

/** Loads what `npm run bench:peers` has installed. */
exports.requirePeer = createRequire(require.resolve('../../../peers/package.json'))
