// oxlint-disable-next-line import/no-unassigned-import -- Nest wants it loaded first
import 'reflect-metadata'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHub, healthHandler } from '@hubline/core'
import { healthHandler as ofExpress } from '@hubline/express'
import { healthHandler as ofFastify } from '@hubline/fastify'
import { healthHandler as ofNest } from '@hubline/nestjs'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import express from 'express'
import { fastify } from 'fastify'
import { expect, onTestFinished, test, vi } from 'vitest'

@Controller()
class HealthController {
  readonly #answer = ofNest()

  @Get('health')
  health(): unknown {
    return this.#answer()
  }
}

@Module({ controllers: [HealthController] })
class AppModule {}

const urlOf = ({ port }: AddressInfo): string => `http://127.0.0.1:${port}/health`

const FRAMEWORKS: Record<string, () => Promise<string>> = {
  async 'Node alone'() {
    const server = createServer(healthHandler()).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    return urlOf(server.address() as AddressInfo)
  },
  async Express() {
    const server = express().get('/health', ofExpress()).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    return urlOf(server.address() as AddressInfo)
  },
  async Fastify() {
    const app = fastify()
    app.get('/health', ofFastify())
    onTestFinished(() => app.close())
    await app.listen({ port: 0, host: '127.0.0.1' })
    return urlOf(app.server.address() as AddressInfo)
  },
  async NestJS() {
    const app = await NestFactory.create(AppModule, { logger: false })
    onTestFinished(() => app.close())
    await app.listen(0, '127.0.0.1')
    return urlOf((app.getHttpServer() as { address(): AddressInfo }).address())
  },
}

test.each(Object.entries(FRAMEWORKS))('%s answers who asks for its health', async (_, start) => {
  const response = await fetch(await start())
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  expect(await response.json()).toEqual({
    status: 'healthy',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    service: expect.any(String),
    version: expect.any(String),
  })
})

test('it says what the hub says, the environment, or what it is given; and makes no hub', async () => {
  vi.stubEnv('HUB_SOURCE', 'by-environment')
  onTestFinished(() => void vi.unstubAllEnvs())
  const before = healthHandler()
  expect(before()).toMatchObject({ service: 'by-environment' })
  const { hubs } = (globalThis as never)[Symbol.for('hubline')] as { hubs: Map<string, unknown> }
  expect(hubs.size).toBe(0)
  const hub = createHub({ source: 'shop', version: '1.2.3', enabled: false, logLevel: 'silent' })
  onTestFinished(() => hub.close())
  expect(before()).toMatchObject({ service: 'shop', version: '1.2.3' })
  expect(healthHandler({ service: 'other', version: '2' })()).toMatchObject({
    service: 'other',
    version: '2',
  })
})
