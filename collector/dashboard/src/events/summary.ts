import { bytes, duration, value as number } from '../format/numbers.ts'
import { isNumber, isText, oneLine, pairs, type Fields } from '../format/json.ts'

export type Tone = 'plain' | 'good' | 'warn' | 'bad'

/** An event on one line: what it says, then facts about it. */
export interface Summary {
  text: string
  tone: Tone
  facts: Fact[]
}

export interface Fact {
  text: string
  tone: Tone
  /** A measure, which stands below those of other rows. */
  measure?: boolean
}

const OUTCOMES: Record<string, Tone> = {
  ok: 'good',
  client_error: 'warn',
  aborted: 'warn',
  timeout: 'bad',
  server_error: 'bad',
}
const STATES: Record<string, Tone> = { ready: 'good', stopping: 'warn', crashed: 'bad', error: 'bad' }
const SEVERITIES: Record<string, Tone> = { warning: 'warn', error: 'bad', critical: 'bad' }

/** Says what an event says; a payload of an unexpected shape is shown as it is. */
export function summarise(type: string, payload: Fields, severity?: string): Summary {
  return SUMMARIES[type]?.(payload) ?? summary(oneLine(payload), tone(SEVERITIES, severity))
}

const SUMMARIES: { [type: string]: (payload: Fields) => Summary | undefined } = Object.assign(
  Object.create(null) as object,
  {
    InteractionDetected: interaction,
    ErrorReported: error,
    LifecycleChanged: lifecycle,
    AppRegistered: registered,
    DeploySignal: deploy,
  },
  { AgentHeartbeat: heartbeat, MetricReported: metric },
)

function interaction(payload: Fields): Summary | undefined {
  const { action, outcome, status, duration_ms } = payload
  if (!isText(action)) return undefined
  if (!isText(outcome)) return summary(action, 'plain', [fact(pairs(payload, ['action']).join('  '))])
  const outcomeTone = tone(OUTCOMES, outcome)
  const facts = [fact(outcome.replaceAll('_', ' '), outcomeTone)]
  if (isNumber(status)) facts.push(fact(String(status), outcomeTone))
  if (isNumber(duration_ms)) facts.push({ text: duration(duration_ms), tone: 'plain', measure: true })
  return summary(action, 'plain', facts)
}

function error({
  error_type,
  message,
  severity,
  handled,
  route,
  method,
  status,
}: Fields): Summary | undefined {
  if (!isText(message)) return undefined
  const facts: Fact[] = []
  if (isText(route)) facts.push(fact(isText(method) ? `${method} ${route}` : route))
  if (isNumber(status)) facts.push(fact(String(status), status >= 500 ? 'bad' : 'warn'))
  if (handled === false) facts.push(fact('not handled', 'bad'))
  const text = isText(error_type) && !message.startsWith(error_type) ? `${error_type}: ${message}` : message
  return summary(text, severity === 'warning' ? 'warn' : 'bad', facts)
}

function lifecycle({ state, address, reason }: Fields): Summary | undefined {
  if (!isText(state)) return undefined
  const details = [address, reason].filter((detail) => isText(detail)).map((detail) => fact(detail))
  return summary(state, tone(STATES, state), details)
}

function registered({ version, env, heartbeat_interval_s, runtime }: Fields): Summary | undefined {
  if (!isText(version)) return undefined
  const facts = [env, runtime].filter((detail) => isText(detail)).map((detail) => fact(detail))
  if (isNumber(heartbeat_interval_s))
    facts.push(fact(`heartbeat every ${duration(heartbeat_interval_s * 1000)}`))
  return summary(/^\d/.test(version) ? `version ${version}` : version, 'plain', facts)
}

function deploy(payload: Fields): Summary | undefined {
  const { version } = payload
  if (!isText(version)) return undefined
  const told = /^\d/.test(version) ? `version ${version}` : version
  return summary(told, 'plain', [fact(pairs(payload, ['version']).join('  '))])
}

function heartbeat(payload: Fields): Summary | undefined {
  const { status, uptime_s, rss_bytes, dropped } = payload
  if (!isText(status)) return undefined
  const facts: Fact[] = []
  if (isNumber(uptime_s)) facts.push(fact(`up ${duration(Math.round(uptime_s) * 1000)}`))
  if (isNumber(rss_bytes)) facts.push(fact(bytes(rss_bytes)))
  const lost = Object.values((dropped ?? {}) as Fields).reduce<number>(
    (sum, n) => sum + (isNumber(n) ? n : 0),
    0,
  )
  if (lost > 0) facts.push(fact(`${lost} dropped`, 'bad'))
  return summary(status, status === 'healthy' ? 'plain' : 'warn', facts)
}

function metric({ metric, value, unit, period }: Fields): Summary | undefined {
  if (!isText(metric) || !isNumber(value)) return undefined
  const facts = [fact(isText(unit) ? `${number(value)} ${unit}` : number(value))]
  if (isText(period)) facts.push(fact(period))
  return summary(metric, 'plain', facts)
}

function summary(text: string, tone: Tone, facts: Fact[] = []): Summary {
  return { text: oneLine(text), tone, facts: facts.filter(({ text }) => text !== '') }
}

function fact(text: string, tone: Tone = 'plain'): Fact {
  return { text: oneLine(text), tone }
}

function tone(tones: Record<string, Tone>, word: string | undefined): Tone {
  return (word !== undefined && Object.hasOwn(tones, word) && tones[word]) || 'plain'
}
