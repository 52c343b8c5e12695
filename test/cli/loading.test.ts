import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { BIN } from './command.ts'

/** Tells on stderr which packages a process has loaded. */
const WATCH = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  const names = new Set()
  registerHooks({ load(url, context, next) {
    const [, name] = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? []
    if (name) names.add(name)
    if (/\\/collector\\/(dist|src)\\//.test(url)) names.add('@hubline/collector')
    return next(url, context)
  } })
  process.on('exit', () => process.stderr.write('loaded ' + [...names].join(' ')))
`)}`

async function loadedBy(...args: string[]): Promise<string[]> {
  const child = spawn(process.execPath, ['--import', WATCH, BIN, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [said] = await Promise.all([text(child.stderr), once(child, 'close')])
  return /loaded (.*)$/.exec(said)![1]!.split(' ')
}

test('a command loads what it needs: only some the collector, only the terminal view what draws it', async () => {
  const nowhere = ['--url', 'http://127.0.0.1:9']
  const [services, heartbeat, mcp] = await Promise.all([
    loadedBy('services', ...nowhere),
    loadedBy('heartbeat', '--source', 'x'),
    loadedBy('mcp', ...nowhere),
  ])
  expect(services).toEqual(['commander'])
  expect(heartbeat).toEqual(['commander'])
  expect(mcp).toEqual(
    expect.arrayContaining(['commander', '@hubline/collector', '@modelcontextprotocol/server']),
  )
  expect(mcp).not.toContain('fastify')
})
