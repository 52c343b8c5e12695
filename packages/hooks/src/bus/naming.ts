const PART = '[A-Za-z0-9][\\w-]*'
const CONVENTION = new RegExp(`^(${PART})(\\.${PART}){2,}$`)

/** What the convention of the bus has against an event type of `service`; undefined when it keeps to it. */
export function namingProblem(type: string, service: string): string | undefined {
  const best = `best named <service>.<domain>.<action>, such as ${service}.process.completed`
  if (!CONVENTION.test(type)) return `"${type}" is ${best}`
  const named = type.slice(0, type.indexOf('.'))
  return named === service
    ? undefined
    : `"${type}" begins with another service than ${service}, and is ${best}`
}
