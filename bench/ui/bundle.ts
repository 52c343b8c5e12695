import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const BUILT = fileURLToPath(new URL('../../collector/dist/ui/', import.meta.url))

/** Bytes of the built dashboard, gzipped. */
export interface Bundle {
  files: number
  all: number
  /** What every page needs before it can begin. */
  first: number
}

export function bundleBytes(): Bundle {
  const names = readdirSync(BUILT, { recursive: true, encoding: 'utf8' })
  const sizes = names
    .filter((name) => /\.(html|js|css|svg)$/.test(name))
    .map((name) => ({ name, bytes: gzipSync(readFileSync(BUILT + name)).length }))
  const html = readFileSync(`${BUILT}index.html`, 'utf8')
  const sum = (of: typeof sizes) => of.reduce((all, { bytes }) => all + bytes, 0)
  return {
    files: sizes.length,
    all: sum(sizes),
    first: sum(sizes.filter(({ name }) => name === 'index.html' || html.includes(name))),
  }
}
