// oxlint-disable-next-line import/no-unassigned-import -- Nest wants it loaded first
import 'reflect-metadata'
import type { AddressInfo } from 'node:net'
import { type EventSink, Track } from '@hubline/hooks'
import { Controller, Get, HttpCode, Module, Param } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { expect, onTestFinished, test } from 'vitest'

const said: [type: string, args: unknown][] = []
const hook: EventSink = {
  event: (type, payload) => said.push([type, (payload as { args?: unknown }).args]),
}

@Controller()
class TeaController {
  @Track('above', { hook, includeArgs: true })
  @Get('above/:id')
  @HttpCode(202)
  above(@Param('id') id: string): string {
    return id
  }

  @Get('below/:id')
  @HttpCode(202)
  @Track('below', { hook, includeArgs: true })
  async below(@Param('id') id: string): Promise<string> {
    return id
  }
}

@Module({ controllers: [TeaController] })
class AppModule {}

test('handlers of Nest keep their routes wherever @Track stands among the decorators', async () => {
  const app = await NestFactory.create(AppModule, { logger: false })
  onTestFinished(() => app.close())
  await app.listen(0, '127.0.0.1')
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address()
  for (const where of ['above', 'below']) {
    const response = await fetch(`http://127.0.0.1:${port}/${where}/7`)
    expect([response.status, await response.text()]).toEqual([202, '7'])
  }
  expect(said).toEqual([
    ['above_starting', ['7']],
    ['above_success', undefined],
    ['below_starting', ['7']],
    ['below_success', undefined],
  ])
})
