import { logs, metrics, trace } from '@opentelemetry/api'

interface Provider {
  getDelegate?(): object
  forceFlush?(): Promise<void>
}

/** Sends what the registered providers still hold; never rejects. */
export async function flushProviders(): Promise<void> {
  const providers: object[] = [
    trace.getTracerProvider(),
    logs.getLoggerProvider(),
    metrics.getMeterProvider(),
  ]
  await Promise.allSettled(
    providers.map(async (provider: Provider) => {
      const delegate: Provider = provider.getDelegate?.() ?? provider
      await delegate.forceFlush?.()
    }),
  )
}
