import { ExpressAdapter } from '@nestjs/platform-express'
import { nestAdapter } from './nest-scenario.ts'
import { describeAdapter } from './suite.ts'

describeAdapter(nestAdapter('express', () => new ExpressAdapter()))
