import { apps } from './fastify/apps.ts'
import { bodies } from './fastify/bodies.ts'
import { replies } from './fastify/replies.ts'
import { describeTwins } from './twins.ts'

describeTwins('apps of fastify 5', [...apps, ...bodies, ...replies])
