import { connections } from './express/connections.ts'
import { errors } from './express/errors.ts'
import { files } from './express/files.ts'
import { version } from './express/make.ts'
import { middleware } from './express/middleware.ts'
import { routing } from './express/routing.ts'
import { describeTwins } from './twins.ts'

describeTwins(`apps of express ${version}`, [...middleware, ...files, ...routing, ...errors, ...connections])
