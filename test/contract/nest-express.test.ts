import { ExpressAdapter } from '@nestjs/platform-express'
import { nestAdapter } from './nest-scenario.ts'
import { describeAdapter } from './suite.ts'

describeAdapter(nestAdapter('nest 12 on express', () => new ExpressAdapter()))
