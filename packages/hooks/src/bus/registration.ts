export interface RegisterOptions {
  /** By which the mesh tells services apart; the service's name when absent. */
  id?: string
  /** Where `GET` answers 200 while the service is well, such as `http://127.0.0.1:8001/health`. */
  healthUrl?: string
  /** Seconds between two heartbeats or health checks; 10 when absent. */
  intervalSeconds?: number
  /** Seconds without a sign until it is dead; 30 when absent. */
  timeoutSeconds?: number
  /** Failures in a row until it is critical; 3 when absent. */
  maxFailures?: number
}

/** The address that registers a service, from the root of the mesh. */
export function registration(
  service: string,
  { id = service, healthUrl, intervalSeconds = 10, timeoutSeconds = 30, maxFailures = 3 }: RegisterOptions,
): string {
  // By the address, which the original mesh understands too.
  const said = new URLSearchParams({
    service_id: id,
    service_name: service,
    interval_seconds: String(intervalSeconds),
    timeout_seconds: String(timeoutSeconds),
    max_failures: String(maxFailures),
    ...(healthUrl !== undefined && { health_url: healthUrl }),
  })
  return `/api/v1/heartbeat/register?${said}`
}
