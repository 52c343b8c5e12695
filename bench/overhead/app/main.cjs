// node main.cjs <framework> <variant>: the app that is measured. It is CommonJS, because that is where every peer sees most.
async function main([framework, variant]) {
  // First: it may have to see everything else being loaded.
  const loaded = require(`./variants/${variant}.cjs`)
  const server = await require(`./${framework}.cjs`).start(loaded)
  console.log(JSON.stringify({ port: server.address().port, startMs: performance.now() }))
}

void main(process.argv.slice(2))

// A profile is written by those that end by themselves.
process.once('SIGUSR2', () => process.exit())
