import { healthHandler } from '@hubline/core'
import type { EventBus } from '@hubline/hooks'
import express, { type Express } from 'express'
import { processData } from './processing.ts'

export const VERSION = '1.0.0'

/** The service: what it does, it tells the bus. The bus may be away; nothing here waits for it to come back. */
export function createService(bus: EventBus): Express {
  const app = express()
  app.use(express.json())

  app.get('/health', healthHandler({ service: bus.service, version: VERSION }))

  app.post('/api/v1/process', async (request, response) => {
    const data = (request.body ?? {}) as Record<string, unknown>
    const size = Object.keys(data).length
    const began = performance.now()
    await bus.publishEvent('my-service.process.started', { data_size: size })
    try {
      const result = processData(data)
      await bus.publishEvent('my-service.process.completed', {
        status: 'success',
        items_processed: result.items,
        duration_ms: performance.now() - began,
      })
      response.json({ status: 'success', result })
    } catch (error) {
      const { name, message, stack } = error as Error
      await bus.publishError(name, message, { stackTrace: stack, context: { data_size: size } })
      throw error
    }
  })

  app.post('/api/v1/metrics', async (_request, response) => {
    const published = await bus.publishMetric('requests_processed', 42, {
      unit: 'count',
      tags: { endpoint: 'process', status: 'success' },
    })
    response.json({ status: published ? 'metric_published' : 'metric_lost' })
  })

  return app
}
