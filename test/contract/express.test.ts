import { expressAdapter } from './express-scenario.ts'
import { describeAdapter } from './suite.ts'

describeAdapter(expressAdapter)
