import { sendEvents, sendLogs, sendSpans } from './send.ts'

/** Texts that do harm where a page takes text for markup, script, style or address. */
export const CORPUS: readonly string[] = [
  '<script>globalThis.pwned=1</script>',
  '<img src=x onerror=globalThis.pwned=1>',
  '"><svg onload=globalThis.pwned=1>',
  'javascript:globalThis.pwned=1',
  "'-globalThis.pwned=1-'",
  '</style><iframe src=javascript:alert(1)>',
  '{{constructor.constructor("globalThis.pwned=1")()}}',
  '__proto__',
  'constructor',
  '&lt;b&gt;',
  'x'.repeat(90),
  '\u202Egnp.exe',
  'url(https://example.com/x.png)',
]

const TYPES = [
  'InteractionDetected',
  'ErrorReported',
  'LifecycleChanged',
  'AppRegistered',
  'AgentHeartbeat',
  'MetricReported',
]

/** Sends every text in every field that takes one, all in one trace. */
export async function sendCorpus(url: string): Promise<string> {
  const traceId = 'c0ffee'.padEnd(32, '0')
  const now = Date.now()
  const hex = (number: number) => (number + 1).toString(16).padStart(16, '0')
  for (const [index, text] of CORPUS.entries()) {
    const payload = Object.fromEntries(
      [
        'action',
        'outcome',
        'message',
        'error_type',
        'route',
        'method',
        'state',
        'address',
        'reason',
        'version',
        'env',
        'runtime',
        'host',
        'status',
        'metric',
        'unit',
        'period',
        text,
      ].map((key) => [key, text]),
    )
    const common = {
      source: text,
      occurred_at: new Date(now).toISOString(),
      env: text.slice(0, 64),
      instance: text,
      tags: [text],
    }
    const ids = { trace_id: traceId, span_id: hex(index) }
    await sendEvents(url, [
      ...TYPES.map((type) => ({
        ...common,
        ...ids,
        type,
        payload: { ...payload, value: 1, heartbeat_interval_s: 60 },
      })),
      { ...common, ...ids, type: text, payload: { [text]: { [text]: [text] } } },
      { ...common, type: text, payload: { action: { toString: text } } },
    ])
    const attributes = { [text]: text, 'exception.type': text, 'exception.message': text }
    const span = {
      service: text,
      traceId,
      spanId: hex(index),
      name: text,
      start: now,
      durationMs: 5,
      error: text,
      attributes,
    }
    await sendSpans(url, [index === 0 ? span : { ...span, parentSpanId: hex(index - 1) }])
    await sendLogs(url, [
      {
        service: text,
        traceId,
        spanId: hex(index),
        at: now,
        severityNumber: 17,
        eventName: text,
        body: text,
        attributes,
      },
    ])
  }
  return traceId
}
