import { readdir, readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const BUILT = new URL('../../collector/dist/ui/', import.meta.url)
const MAX_BYTES = 120_000

const files = (await readdir(BUILT, { recursive: true })).filter((name) => /\.(html|js|css|svg)$/.test(name))
const sizes = new Map<string, number>()
for (const name of files) sizes.set(name, gzipSync(await readFile(new URL(name, BUILT))).length)

test('all of the dashboard together takes less than 120 kB, gzipped', () => {
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  expect(total, JSON.stringify([...sizes])).toBeLessThan(MAX_BYTES)
  expect(sizes.size).toBeGreaterThan(5)
})

test('pages are files of their own, loaded when they are asked for', async () => {
  const html = await readFile(new URL('index.html', BUILT), 'utf8')
  const first = files.filter((name) => html.includes(name))
  expect(first.some((name) => name.endsWith('.js'))).toBe(true)
  const bytes = first.reduce((sum, name) => sum + sizes.get(name)!, 0)
  expect(bytes).toBeLessThan(MAX_BYTES / 3)
})

test('nothing makes markup of text', async () => {
  const source = new URL('../../collector/dashboard/src/', import.meta.url)
  const written = (await readdir(source, { recursive: true })).filter((name) => /\.tsx?$/.test(name))
  expect(written.length).toBeGreaterThan(50)
  for (const name of written) {
    const text = await readFile(new URL(name, source), 'utf8')
    expect(text, name).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|srcdoc/i)
  }
})

test('nothing that is built needs what the content security policy forbids', async () => {
  const html = await readFile(new URL('index.html', BUILT), 'utf8')
  expect(html).not.toMatch(/<style|<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=/)
  for (const name of files.filter((name) => name.endsWith('.js'))) {
    const script = await readFile(new URL(name, BUILT), 'utf8')
    expect(script, name).not.toMatch(/\beval\(|new Function\(/)
  }
})

test('styles of a page are for that page alone, also when other pages were looked at before', async () => {
  const pages = new URL('../../collector/dashboard/src/pages/', import.meta.url)
  const owners = new Map<string, Set<string>>()
  for (const name of (await readdir(pages, { recursive: true })).filter((name) => name.endsWith('.css'))) {
    const text = (await readFile(new URL(name, pages), 'utf8')).replaceAll(/\/\*[^]*?\*\//g, '')
    for (const [, selectors] of text.matchAll(/([^{}]+)\{/g)) {
      for (const selector of selectors!.trim().split(/,\s*(?![^(]*\))/)) {
        if (selector.startsWith('@')) continue
        const begin = /^\.[\w-]+/.exec(selector)?.[0] ?? selector
        owners.set(begin, (owners.get(begin) ?? new Set()).add(name.split('/')[0]!))
      }
    }
  }
  const shared = [...owners].filter(([, folders]) => folders.size > 1).map(([begin]) => begin)
  expect(shared).toEqual([])
  // What a page is in, what stands alone, and no word that another page may use.
  expect([...owners.keys()].toSorted()).toEqual([
    '.collector',
    '.correlation',
    '.error',
    '.error-state',
    '.errors',
    '.explorer',
    '.live',
    '.logs',
    '.map-page',
    '.metrics',
    '.one',
    '.services',
    '.strip',
    '.trace',
  ])
})
