import { getHubReporter } from '@hubline/hooks'

const alive = await getHubReporter().heartbeat()
process.exitCode = alive ? 0 : 1
