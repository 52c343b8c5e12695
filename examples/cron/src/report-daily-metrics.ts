import { getHubReporter } from '@hubline/hooks'
import { countSince, openDatabase } from './database.ts'

const hub = getHubReporter()
const midnight = new Date().setUTCHours(0, 0, 0, 0)

const database = openDatabase(process.env['DATABASE'])
const reported = [
  await hub.metric('daily_conversations', countSince(database, 'conversations', midnight), { period: '24h' }),
  await hub.metric('daily_messages', countSince(database, 'messages', midnight), { period: '24h' }),
]
database.close()
process.exitCode = reported.every(Boolean) ? 0 : 1
