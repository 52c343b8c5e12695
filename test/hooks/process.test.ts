import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { collectorForTest } from '../../collector/src/testing/collector.ts'

const run = promisify(execFile)

// Below this folder, so that the package is found as an installed app would find it.
let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(import.meta.dirname, 'program-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs `code` to its own end, and gives back what it printed. */
async function program(code: string, env: Record<string, string> = {}): Promise<string> {
  const file = join(folder, 'program.mjs')
  await writeFile(file, code)
  const { stdout } = await run(process.execPath, [file], { env, cwd: folder, timeout: 15_000 })
  return stdout
}

test('the example of the README runs as printed', async () => {
  const readme = await readFile(new URL('../../packages/hooks/README.md', import.meta.url), 'utf8')
  const example = /^```js\n(.*?)^```/ms.exec(readme)![1]!
  const hub = await collectorForTest()
  expect(await program(example, { HUB_API_URL: hub.url })).toBe('')
  expect(await hub.allEvents()).toMatchObject([
    { source: 'shop', type: 'order_placed', payload: { order_id: 42, total: 9.5 }, correlation_id: 'c-1' },
  ])
  expect(await program(example)).toBe('[HUB] Would send: order_placed - {"order_id":42,"total":9.5}\n')
})

test('a program for cron reports, says so and ends', async () => {
  const hub = await collectorForTest()
  const code = `
    import { getHubReporter } from '@hubline/hooks'
    await getHubReporter().heartbeat()
  `
  expect(await program(code, { HUB_API_URL: hub.url, HUB_SOURCE: 'nightly' })).toBe(
    '[HUB] ✅ Event sent: AgentHeartbeat\n',
  )
  expect(await hub.allEvents()).toMatchObject([{ source: 'nightly', type: 'AgentHeartbeat' }])
})

test('a program that waits for an answer lives until it is clear that there is none', async () => {
  const silent = createServer(() => {})
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => {
    silent.closeAllConnections()
    silent.close()
  })
  const code = `
    import { getHubReporter } from '@hubline/hooks'
    console.log(await getHubReporter().heartbeat())
  `
  const { port } = silent.address() as AddressInfo
  const env = { HUB_API_URL: `http://127.0.0.1:${port}`, HUB_TIMEOUT: '300ms', HUB_MAX_RETRIES: '1' }
  expect(await program(code, env)).toMatch(/^\[HUB\] ❌ Error sending event: .*\nfalse\n$/)
})

test('what waits is sent when a signal ends the program, which it still does', async () => {
  const hub = await collectorForTest()
  const file = join(folder, 'served.mjs')
  const code = `
    import { createHooks } from '@hubline/hooks'
    const hooks = createHooks('oneiric', { batchTimeout: '1m' })
    await hooks.cacheHit({ cache: 'users', key: '7' })
    setInterval(() => {}, 1000)
    console.log('up')
  `
  await writeFile(file, code)
  const served = spawn(process.execPath, [file], { env: { HUB_API_URL: hub.url }, cwd: folder })
  onTestFinished(() => void served.kill('SIGKILL'))
  await once(served.stdout, 'data')
  served.kill('SIGTERM')
  expect(await once(served, 'exit')).toEqual([null, 'SIGTERM'])
  expect(await hub.allEvents()).toMatchObject([{ source: 'oneiric', type: 'cache_hit' }])
})

test('what a program leaves behind that ends at once is sent by the next one, from disk', async () => {
  const hub = await collectorForTest()
  const spool = { HUB_SPOOL_DIR: join(folder, 'spool') }
  const hit = `
    import { createHooks } from '@hubline/hooks'
    const hooks = createHooks('oneiric', { logLevel: 'silent' })
    void hooks.cacheHit({ cache: 'users', key: process.env.KEY })
  `
  await program(`${hit}\nprocess.exit()`, { ...spool, KEY: 'first', HUB_API_URL: hub.url })
  expect(await hub.allEvents()).toEqual([])
  const untilBoth = `
    for (let found = 0; found < 2; ) {
      const response = await fetch(process.env.HUB_API_URL + '/events?event_type=cache_hit')
      found = (await response.json()).count
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  `
  await program(hit + untilBoth, { ...spool, KEY: 'second', HUB_API_URL: hub.url })
  const keys = (await hub.allEvents()).map(({ payload }: { payload: { key: string } }) => payload.key)
  expect(keys.toSorted()).toEqual(['first', 'second'])
})

test('what waits is sent when a program ends without a word', async () => {
  const hub = await collectorForTest()
  const code = `
    import { createHooks } from '@hubline/hooks'
    const hooks = createHooks('oneiric', { batchTimeout: '1m' })
    void hooks.cacheHit({ cache: 'users', key: '7' })
  `
  await program(code, { HUB_API_URL: hub.url })
  expect(await hub.allEvents()).toMatchObject([{ source: 'oneiric', type: 'cache_hit' }])
})
