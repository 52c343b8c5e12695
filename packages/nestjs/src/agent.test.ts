// oxlint-disable-next-line import/no-unassigned-import -- Nest wants it loaded first
import 'reflect-metadata'
import { createHub } from '@hubline/core'
import { HttpAdapterHost } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { expect, test } from 'vitest'
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
