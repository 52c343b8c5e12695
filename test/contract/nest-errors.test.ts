import { describe, expect, test } from 'vitest'
import { ask } from '../support/http.ts'
import { appModule, bare, listen, make, PLATFORMS, start } from './nest-start.ts'

/** What each platform's parsers answer 415. */
const UNREADABLE: Record<string, { type: string }> = {
  express: { type: 'application/json; charset=x-unknown' },
  fastify: { type: 'application/x-unknown' },
}

for (const platform of Object.keys(PLATFORMS)) {
  describe(`errors of nest on ${platform}`, () => {
    const errors = [
      ['broken', 'in a controller'],
      ['guarded', 'in a guard'],
      ['intercepted', 'in an interceptor'],
      ['piped/7', 'in a pipe'],
      ['middleware', 'in middleware'],
      ['passed', 'passed on by a filter'],
      ['down', 'back soon', 503],
    ] as const
    for (const [path, message, status = 500] of errors) {
      test(`reports what is thrown at ${path} once`, async () => {
        const { sink, app, url } = await start(platform)
        expect((await ask(`${url}/seats/${path}`)).status).toBe(status)
        await app.close()
        expect(sink.ofType('ErrorReported')).toMatchObject([
          { severity: 'error', payload: { message, handled: false, status, method: 'GET' } },
        ])
        expect(sink.ofType('InteractionDetected')).toMatchObject([
          { payload: { outcome: 'server_error', status } },
        ])
      })
    }

    test('reports what a filter of the app answers once, as handled, and leaves its answer alone', async () => {
      const { sink, app, url } = await start(platform)
      const bareUrl = await listen(await make(platform, appModule(bare)))
      const [answer, expected] = [await ask(`${url}/seats/taken`), await ask(`${bareUrl}/seats/taken`)]
      expect(answer.status).toBe(409)
      expect(answer.body).toEqual(expected.body)
      const names = ({ headers }: typeof answer) => headers.filter(([name]) => name.toLowerCase() !== 'date')
      expect(names(answer)).toEqual(names(expected))
      await app.close()
      expect(sink.ofType('ErrorReported')).toMatchObject([
        {
          severity: 'warning',
          payload: { error_type: 'TakenError', handled: true, status: 409, route: '/seats/taken' },
        },
      ])
    })

    test('takes exceptions below 500 for outcomes', async () => {
      const { sink, app, url } = await start(platform)
      for (const [path, status] of [
        ['forbidden', 403],
        ['closed', 403],
        ['missing', 404],
        ['bad', 400],
      ] as const) {
        expect((await ask(`${url}/seats/${path}`)).status).toBe(status)
      }
      const refusals = [
        { status: 400, type: 'application/json', body: '{' },
        { status: 413, type: 'application/json', body: JSON.stringify('x'.repeat(2 ** 21)) },
        { status: 415, ...UNREADABLE[platform]!, body: '{}' },
      ]
      for (const { status, type, body } of refusals) {
        const headers = { 'content-type': type, connection: 'close' }
        expect((await fetch(`${url}/seats`, { method: 'POST', headers, body })).status).toBe(status)
      }
      await app.close()
      expect(sink.ofType('ErrorReported')).toEqual([])
      const outcomes = sink.ofType('InteractionDetected').map(({ payload }) => payload['outcome'])
      expect(outcomes).toEqual(Array.from({ length: 7 }, () => 'client_error'))
    })
  })
}
