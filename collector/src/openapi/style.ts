/** Of the page of docs; a file of its own, as the policy of the collector allows no styles within a page. */
export const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; }
small { font-weight: normal; opacity: 0.75; }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
details { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 0.25rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; padding: 0.25rem 0; }
summary b { display: inline-block; min-width: 4.5rem; }
summary b.get { color: light-dark(#0a6640, #5cd6a0); }
summary b.post, summary b.put, summary b.patch { color: light-dark(#8a4b00, #ffb35c); }
summary b.delete { color: light-dark(#a8201a, #ff8a80); }
dt { margin-top: 0.5rem; }
dd { margin-left: 1.5rem; overflow-wrap: anywhere; }
pre { background: color-mix(in srgb, currentColor 8%, transparent); max-height: 24rem; overflow: auto; padding: 0.75rem; }
`
