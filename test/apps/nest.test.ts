import { majorOf } from '../contract/version.ts'
import { answers } from './nest/answers.ts'
import { controllers } from './nest/controllers.ts'
import { describeTwins } from './twins.ts'

const apps = [...controllers, ...answers]

for (const platform of ['express', 'fastify'] as const) {
  describeTwins(
    `apps of nest ${majorOf('@nestjs/core')} on ${platform}`,
    apps.map((app) => app(platform)),
  )
}
