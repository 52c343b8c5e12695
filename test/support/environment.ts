// What the machine's own environment says of hubs and exporters is no business of a test.
// HUBLINE_PICTURES is said to a test.
for (const name of Object.keys(process.env)) {
  if (/^(HUB|HUBLINE|OTEL)_(?!PICTURES$)/.test(name)) delete process.env[name]
}
