import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { getHubReporter, HubReporter } from '@hubline/hooks'
import { describe, expect, onTestFinished, test } from 'vitest'
import { collectorForTest } from '../../collector/src/testing/collector.ts'
import { example, Program } from './program.ts'

// The acceptance criteria of a hub's integration, each as far as a test can go.

const TOKEN = 'secret-of-the-energy-app'
const HUB_SOURCE = 'energyapp'

test('the reporter is there, one for a process, with the methods of the original', () => {
  expect(getHubReporter()).toBe(getHubReporter())
  expect(getHubReporter()).toBeInstanceOf(HubReporter)
  for (const method of ['appRegistered', 'heartbeat', 'interaction', 'metric', 'error'])
    expect(getHubReporter()).toHaveProperty(method, expect.any(Function))
})

test('it is one dependency, and .env has the variables of the original', async () => {
  const { dependencies } = JSON.parse(await readFile(`${example('cron')}package.json`, 'utf8')) as {
    dependencies: object
  }
  expect(Object.keys(dependencies)).toEqual(['@hubline/hooks'])
  const env = await readFile(`${example('cron')}.env.example`, 'utf8')
  expect([...env.matchAll(/^(\w+)=/gm)].map(([, name]) => name)).toEqual([
    'HUB_API_URL',
    'HUB_API_TOKEN',
    'HUB_EVENTS_ENABLED',
    'HUB_SOURCE',
    'HUB_ENV',
  ])
})

test('the cron jobs are configured: a heartbeat every 5 minutes, metrics at 23:00', async () => {
  const { scripts } = JSON.parse(await readFile(`${example('cron')}package.json`, 'utf8')) as {
    scripts: Record<string, string>
  }
  for (const file of ['energyapp-hub', 'energyapp-hub-by-command']) {
    const text = await readFile(`${example('cron')}cron.d/${file}`, 'utf8')
    const jobs = text.split('\n').filter((line) => /^[\d*]/.test(line))
    // Minute, hour, day, month, weekday, then in /etc/cron.d whose job it is.
    expect(jobs.map((job) => job.split(' ').slice(0, 6).join(' '))).toEqual([
      '*/5 * * * * energyapp',
      '0 23 * * * energyapp',
    ])
    for (const [, script] of text.matchAll(/npm run -s (\w+)/g)) expect(scripts).toHaveProperty(script!)
    // Cron takes a percent sign for the end of the command.
    expect(jobs.join()).not.toContain('%')
  }
})

describe('the scripts', () => {
  const SAID = [
    'AgentHeartbeat - {"status":"healthy"}',
    'MetricReported - {"metric":"daily_conversations","value":0,"unit":"count","period":"24h"}',
    'MetricReported - {"metric":"daily_messages","value":0,"unit":"count","period":"24h"}',
  ]

  test('only say what they would send while they are told to', async () => {
    const env = { HUB_API_URL: 'https://hub.example.com/api/v1/hub', HUB_EVENTS_ENABLED: 'false', HUB_SOURCE }
    const heartbeat = new Program('cron', 'src/send-heartbeat.ts', env)
    const metrics = new Program('cron', 'src/report-daily-metrics.ts', env)
    expect(await Promise.all([heartbeat.ended, metrics.ended])).toEqual([0, 0])
    expect((heartbeat.out + metrics.out).trimEnd().split('\n')).toEqual(
      SAID.map((line) => `[HUB] Would send: ${line}`),
    )
  })

  test('send with the token, and everything is there to read in the hub', async () => {
    const hub = await collectorForTest({ tokens: `ingest:${HUB_SOURCE}:${TOKEN},read:*:reading-${TOKEN}` })
    const folder = await mkdtemp(join(tmpdir(), 'hubline-cron-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const DATABASE = join(folder, 'app.db')
    const database = new DatabaseSync(DATABASE)
    for (const [table, rows] of [
      ['conversations', 2],
      ['messages', 3],
    ] as const) {
      database.exec(`CREATE TABLE ${table} (id INTEGER PRIMARY KEY, created_at INTEGER NOT NULL)`)
      const insert = database.prepare(`INSERT INTO ${table} (created_at) VALUES (?)`)
      insert.run(0)
      for (let row = 0; row < rows; row++) insert.run(Date.now() + 60_000)
    }
    database.close()
    const env = {
      HUB_API_URL: `${hub.url}/api/v1/hub`,
      HUB_API_TOKEN: TOKEN,
      HUB_EVENTS_ENABLED: 'true',
      HUB_SOURCE,
      HUB_ENV: 'production',
      DATABASE,
    }
    const heartbeat = new Program('cron', 'src/send-heartbeat.ts', env)
    expect(await heartbeat.ended, heartbeat.err).toBe(0)
    const metrics = new Program('cron', 'src/report-daily-metrics.ts', env)
    expect(await metrics.ended, metrics.err).toBe(0)
    expect(heartbeat.out).toBe('[HUB] ✅ Event sent: AgentHeartbeat\n')
    expect(metrics.out).toBe('[HUB] ✅ Event sent: MetricReported\n'.repeat(2))

    // What an app says of itself and of two kinds of interactions.
    const lines: unknown[] = []
    const app = new HubReporter({
      url: env.HUB_API_URL,
      token: TOKEN,
      enabled: true,
      source: HUB_SOURCE,
      logger: { error: (line) => lines.push(line), warn: (line) => lines.push(line), info() {}, debug() {} },
    })
    expect(await app.appRegistered({ version: '2.1.0', env: 'production' })).toBe(true)
    expect(await app.interaction('conversation_created', { conversation_id: 7, user_id: 3 })).toBe(true)
    expect(await app.interaction('message_sent', { role: 'user', message_length: 42 })).toBe(true)
    await app.close()
    expect(lines).toEqual([])

    const { body } = await hub.get('/api/v1/hub/events', { authorization: `Bearer reading-${TOKEN}` })
    expect(
      body.data.map(({ source, type, payload }: Record<string, unknown>) => [source, type, payload]),
    ).toEqual([
      [HUB_SOURCE, 'AgentHeartbeat', { status: 'healthy' }],
      [
        HUB_SOURCE,
        'MetricReported',
        { metric: 'daily_conversations', value: 2, unit: 'count', period: '24h' },
      ],
      [HUB_SOURCE, 'MetricReported', { metric: 'daily_messages', value: 3, unit: 'count', period: '24h' }],
      [HUB_SOURCE, 'AppRegistered', { version: '2.1.0', env: 'production' }],
      [HUB_SOURCE, 'InteractionDetected', { action: 'conversation_created', conversation_id: 7, user_id: 3 }],
      [HUB_SOURCE, 'InteractionDetected', { action: 'message_sent', role: 'user', message_length: 42 }],
    ])

    const refused = new Program('cron', 'src/send-heartbeat.ts', { ...env, HUB_API_TOKEN: 'wrong' })
    expect(await refused.ended).toBe(1)
    expect(refused.out).toContain('[HUB] ❌ Error sending event: 401')
  })
})
