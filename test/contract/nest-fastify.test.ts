import { FastifyAdapter } from '@nestjs/platform-fastify'
import { nestAdapter } from './nest-scenario.ts'
import { describeAdapter } from './suite.ts'

describeAdapter(nestAdapter('fastify', () => new FastifyAdapter()))
