// oxlint-disable-next-line import/no-unassigned-import -- Nest wants it loaded first
import 'reflect-metadata'
import { AsyncResource } from 'node:async_hooks'
import { createHub } from '@hubline/core'
import { currentExchange } from '@hubline/core/adapter'
import { HttpAdapterHost } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { expect, onTestFinished, test } from 'vitest'
import { Agent } from './agent.ts'

const inert = () => createHub({ source: 'agent', logLevel: 'silent' })

test('takes its place in an adapter that comes after it, once, as @nestjs/testing has it', () => {
  const host = new HttpAdapterHost()
  const agent = new Agent(inert(), host)
  const adapter = new ExpressAdapter()
  const { router } = adapter.getInstance<{ router: { stack: { name: string }[] } }>()
  host.httpAdapter = adapter
  agent.install()
  agent.install()
  expect(router.stack.filter(({ name }) => name === 'inert')).toHaveLength(1)
})

test('gives the handle to every request of Fastify, also where middleware is left out', async () => {
  const host = new HttpAdapterHost()
  const adapter = new FastifyAdapter({ skipMiddie: true })
  host.httpAdapter = adapter
  const hub = inert()
  void new Agent(hub, host)
  const app = adapter.getInstance()
  app.get('/', (request, reply) => reply.send((request as { hub?: unknown }).hub === hub))
  expect((await app.inject('/')).payload).toBe('true')
})

test('has the context again on Fastify after middleware that lost it', async () => {
  const host = new HttpAdapterHost()
  const adapter = new FastifyAdapter()
  await adapter.init()
  host.httpAdapter = adapter
  // Nothing listens there: this looks at the exchange, not at what is sent of it.
  const hub = createHub({ source: 'agent-context', url: 'http://127.0.0.1:9', logLevel: 'silent' })
  onTestFinished(() => hub.close(0))
  const agent = new Agent(hub, host)
  onTestFinished(() => agent.onApplicationShutdown())
  const elsewhere = new AsyncResource('elsewhere')
  const app = adapter.getInstance()
  adapter.use((_req: unknown, _res: unknown, next: () => void) => elsewhere.runInAsyncScope(next))
  app.post('/seats/:seat', (_request, reply) => reply.send(currentExchange()?.route))
  expect((await app.inject({ method: 'POST', url: '/seats/7', payload: { n: 1 } })).payload).toBe(
    '/seats/:seat',
  )
})
