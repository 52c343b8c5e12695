import type { AddressInfo, Server } from 'node:net'
import { type HubOptions } from '@hubline/core'
import { HublineModule } from '@hubline/nestjs'
import { type DynamicModule, Module, type ModuleMetadata, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { type ClientProxy, ClientProxyFactory, Transport } from '@nestjs/microservices'
import { WsAdapter } from '@nestjs/platform-ws'
import { firstValueFrom, toArray } from 'rxjs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ask, json } from '../support/http.ts'
import type { HubSink } from '../support/hub-sink.ts'
import { graphqlModule } from './nest-graphql.ts'
import { Front, GatewayModule, Heard, MessagesModule } from './nest-messages.ts'
import { listen, openSink, PLATFORMS, settings } from './nest-start.ts'

const QUIET = { logger: false, abortOnError: false } as const

/** A module of `metadata`, with the line when there are options for it. */
function appOf(line: HubOptions | undefined, { imports = [], ...more }: ModuleMetadata): Type {
  // oxlint-disable-next-line typescript/no-extraneous-class -- what a Nest module is
  class AppModule {}
  const ours: DynamicModule[] = line ? [HublineModule.forRoot(line)] : []
  Module({ imports: [...ours, ...imports], ...more })(AppModule)
  return AppModule
}

/** Does the same without and with the line; what came of it must be the same. */
async function twice<T>(
  run: (line: HubOptions | undefined) => Promise<T>,
): Promise<{ sink: HubSink; result: T }> {
  const bare = await run(undefined)
  const sink = await openSink()
  const result = await run(settings(sink))
  expect(result).toEqual(bare)
  return { sink, result }
}

/** What was reported: messages, whether they were dealt with, and the request they belong to. */
function reported(sink: HubSink): unknown[] {
  return sink
    .ofType('ErrorReported')
    .sort((a, b) => a.seq! - b.seq!)
    .map(({ payload }) => [payload['message'], payload['handled'], payload['severity']])
}

const actions = (sink: HubSink): unknown[] =>
  sink
    .ofType('InteractionDetected')
    .map(({ payload }) => `${String(payload['action'])} ${String(payload['status'])}`)

/** All that is answered, or the error in its place. */
async function send(client: ClientProxy, pattern: string): Promise<unknown> {
  return firstValueFrom(client.send(pattern, [1, 2]).pipe(toArray())).catch((error: unknown) => ({ error }))
}

function clientOf(port: number): ClientProxy {
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } })
  onTestFinished(() => void client.close())
  return client
}

const TCP = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } } as const

describe('messages of nest', () => {
  test('that a microservice answers stay as they are, and each error is reported once', async () => {
    const { sink } = await twice(async (line) => {
      const app = await NestFactory.createMicroservice(appOf(line, { imports: [MessagesModule] }), {
        ...TCP,
        ...QUIET,
      })
      onTestFinished(() => app.close())
      await app.listen()
      const client = clientOf((app.unwrap<Server>().address() as AddressInfo).port)
      const patterns = [
        'sum',
        'broken',
        'rejected',
        'stream',
        'guarded',
        'closed',
        'refused',
        'forbidden',
        'filtered',
        'passed',
        'nobody',
      ]
      const answers = []
      for (const pattern of patterns) answers.push([pattern, await send(client, pattern)])
      const heard = new Promise<string>((resolve) => void (app.get(Heard).tell = resolve))
      client.emit('happened', 'rain')
      answers.push(await heard)
      client.close()
      await app.close()
      return answers
    })
    expect(reported(sink)).toEqual([
      ['in a handler', false, 'error'],
      ['rejected by a handler', false, 'error'],
      ['in a stream', false, 'error'],
      ['in a guard of rpc', false, 'error'],
      ['Forbidden resource', true, 'warning'],
      ['not for you', true, 'warning'],
      ['of another world', false, 'error'],
      ['for the filter', true, 'warning'],
      ['passed on', false, 'error'],
      ['in an event', false, 'error'],
    ])
    expect(actions(sink)).toEqual([])
    expect(sink.spans).toEqual([])
    expect(sink.states().map(({ payload }) => payload['state'])).toEqual([
      'started',
      'ready',
      'stopping',
      'stopped',
    ])
  })

  test('of two apps are reported each by its own', async () => {
    const [first, second] = [await openSink(), await openSink()]
    for (const [sink, pattern] of [
      [first, 'broken'],
      [second, 'rejected'],
    ] as const) {
      const module = appOf(settings(sink), { imports: [MessagesModule] })
      const app = await NestFactory.createMicroservice(module, { ...TCP, ...QUIET })
      onTestFinished(() => app.close())
      await app.listen()
      await send(clientOf((app.unwrap<Server>().address() as AddressInfo).port), pattern)
    }
    await Promise.all([first.event('ErrorReported'), second.event('ErrorReported')])
    expect(reported(first)).toEqual([['in a handler', false, 'error']])
    expect(reported(second)).toEqual([['rejected by a handler', false, 'error']])
  })

  for (const platform of Object.keys(PLATFORMS)) {
    test(`that an app asks of itself belong to no request of ${platform}`, async () => {
      const { sink } = await twice(async (line) => {
        const clients: ClientProxy[] = []
        const useFactory = (): object => ({ send: (...args: [string, unknown]) => clients[0]!.send(...args) })
        const module = appOf(line, {
          imports: [MessagesModule],
          controllers: [Front],
          providers: [{ provide: 'CLIENT', useFactory }],
        })
        const app = await NestFactory.create(module, PLATFORMS[platform]!(), QUIET)
        onTestFinished(() => app.close())
        const service = app.connectMicroservice(TCP)
        await app.startAllMicroservices()
        clients.push(clientOf((service.unwrap<Server>().address() as AddressInfo).port))
        const url = await listen(app)
        const answers = [json(await ask(`${url}/sum/1/2`)), (await ask(`${url}/broken`)).status]
        clients[0]!.close()
        await app.close()
        return answers
      })
      expect(actions(sink)).toEqual(['GET /sum/:a/:b 200', 'GET /broken 500'])
      // Thrown where the message is handled, and again, as what came back, where it was sent.
      expect(reported(sink)).toEqual([
        ['in a handler', false, 'error'],
        ['Internal server error', false, 'error'],
      ])
      const [service, front] = sink.ofType('ErrorReported').sort((a, b) => a.seq! - b.seq!)
      expect(service!.payload).not.toHaveProperty('route')
      expect(front!.payload).toMatchObject({ route: '/broken' })
    })

    test(`over web sockets stay as they are on ${platform}, and each error is reported once`, async () => {
      const { sink } = await twice(async (line) => {
        const app = await NestFactory.create(
          appOf(line, { imports: [GatewayModule] }),
          PLATFORMS[platform]!(),
          QUIET,
        )
        onTestFinished(() => app.close())
        app.useWebSocketAdapter(new WsAdapter(app))
        const url = await listen(app)
        const answers = await converse(url, [
          'echo',
          'broken',
          'stream',
          'guarded',
          'refused',
          'filtered',
          'passed',
        ])
        await app.close()
        return answers
      })
      expect(reported(sink)).toEqual([
        ['in a gateway', false, 'error'],
        ['in a stream', false, 'error'],
        ['in a guard of ws', false, 'error'],
        ['not for you', true, 'warning'],
        ['for the filter', true, 'warning'],
        ['passed on', false, 'error'],
      ])
      expect(actions(sink)).toEqual([])
      expect(sink.spans).toEqual([])
    })

    test(`of GraphQL stay as they are on ${platform}, and each error is reported once`, async () => {
      const queries = [
        'chair(id: 7) { id name }',
        'chair(id: 0) { id name }',
        'broken',
        'guarded',
        'forbidden',
        'filtered',
        'nothing',
      ]
      const { sink, result } = await twice(async (line) => {
        const app = await NestFactory.create(
          appOf(line, { imports: [graphqlModule()] }),
          PLATFORMS[platform]!(),
          QUIET,
        )
        onTestFinished(() => app.close())
        const url = await listen(app)
        const answers = []
        for (const query of queries) {
          answers.push(json(await ask(`${url}/graphql`, { method: 'POST', body: { query: `{ ${query} }` } })))
        }
        await app.close()
        return answers
      })
      expect(result[0]).toEqual({ data: { chair: { id: '7', name: 'CHAIR 7' } } })
      expect(reported(sink)).toEqual([
        ['in a field', false, 'error'],
        ['in a resolver', false, 'error'],
        ['in a guard of graphql', false, 'error'],
        ['for the filter', true, 'warning'],
      ])
      expect(actions(sink)).toEqual(queries.map(() => 'POST /graphql 200'))
      for (const { payload } of sink.ofType('ErrorReported'))
        expect(payload).toMatchObject({ route: '/graphql', status: 200 })
    })
  }
})

/** Sends each event when the one before is dealt with; all answers. Nest 11 has none for an error of a plain socket. */
async function converse(url: string, events: readonly string[]): Promise<unknown[]> {
  const socket = new WebSocket(url.replace('http', 'ws'))
  const answers: string[] = []
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  for (const event of events) {
    const dealtWith = new Promise<void>((resolve) => {
      socket.addEventListener('message', function hear({ data }) {
        answers.push(String(data))
        if (!answers.at(-1)!.includes(`after ${event}`)) return
        socket.removeEventListener('message', hear)
        resolve()
      })
    })
    socket.send(JSON.stringify({ event, data: 'hello' }))
    socket.send(JSON.stringify({ event: 'echo', data: `after ${event}` }))
    await dealtWith
  }
  const closed = new Promise((resolve) => socket.addEventListener('close', resolve))
  socket.close()
  await closed
  return answers
}
