import type { HubConfig } from '@hubline/core'
import { pathMatcher, pathOf } from '@hubline/core/adapter'
import type { Instrumentation } from '@opentelemetry/instrumentation'
import { ExpressInstrumentation, ExpressLayerType } from '@opentelemetry/instrumentation-express'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis'
import { MongoDBInstrumentation } from '@opentelemetry/instrumentation-mongodb'
import { MySQL2Instrumentation } from '@opentelemetry/instrumentation-mysql2'
import { NestInstrumentation } from '@opentelemetry/instrumentation-nestjs-core'
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg'
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino'
import { RedisInstrumentation } from '@opentelemetry/instrumentation-redis'
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'

/** HTTP in and out, the frameworks, the usual databases, pino's lines and the runtime's gauges. */
export function instrumentations({ ignorePaths }: HubConfig): Instrumentation[] {
  const ignored = pathMatcher(ignorePaths)
  return [
    new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url = '/' }) => ignored(pathOf(url)) }),
    new UndiciInstrumentation(),
    // A span for each middleware of each request says little and costs much.
    new ExpressInstrumentation({ ignoreLayersType: [ExpressLayerType.MIDDLEWARE, ExpressLayerType.ROUTER] }),
    new NestInstrumentation(),
    new PgInstrumentation(),
    new MySQL2Instrumentation(),
    new MongoDBInstrumentation(),
    new RedisInstrumentation(),
    new IORedisInstrumentation(),
    new PinoInstrumentation(),
    new RuntimeNodeInstrumentation(),
  ]
}
