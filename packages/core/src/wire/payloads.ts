/** Payloads of the native event types; every one may carry further keys. */
export interface NativePayloads {
  AppRegistered: {
    version: string
    env: string
    /** Seconds between heartbeats that this instance promises. */
    heartbeat_interval_s?: number
  }
  AgentHeartbeat: { status: string }
  InteractionDetected: { action: string }
  MetricReported: { metric: string; value: number; unit: string; period: string }
  ErrorReported: { severity: string; message: string; trace?: string; error_type?: string }
  SecuritySignal: Record<string, unknown>
  DeploySignal: Record<string, unknown>
  LifecycleChanged: {
    state: LifecycleState
    /** Of a process that ends by itself: 0, or the code that `reason` says too. */
    exit_code?: number
  }
}

export type NativeType = keyof NativePayloads

export type LifecycleState = 'started' | 'ready' | 'stopping' | 'stopped' | 'crashed' | 'error'

/** How one HTTP exchange ended, as the client of the service saw it. */
export type Outcome = 'ok' | 'client_error' | 'server_error' | 'aborted' | 'timeout'

/** `payload` of the InteractionDetected that every finished HTTP request emits. */
export interface HttpInteraction {
  /** `GET /users/:id`; the method alone when no route matched. */
  action: string
  outcome: Outcome
  method: string
  route?: string
  /** The status that the client saw; absent when it saw none. */
  status?: number
  /** Those that HUB_CAPTURE_HEADERS names, by lower-case name. */
  headers?: { request: Record<string, string>; response: Record<string, string> }
  /** Fields of the request's body that HUB_CAPTURE_BODY names, in its own shape. */
  body?: Record<string, unknown>
  duration_ms: number
}
