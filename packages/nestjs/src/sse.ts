import { exchangeOf } from '@hubline/core/adapter'
import { RouterResponseController } from '@nestjs/core/router/router-response-controller.js'
import { type Handler, isOutcome } from './filters.ts'
import { wrapMethod } from './wrap.ts'

/** What is used of an Observable and of what subscribes to it, of any copy of rxjs. */
interface Source {
  subscribe(subscriber: { error(error: unknown): void }): unknown
}

/**
 * Sees the errors of server-sent events: once the first has been sent, Nest tells the client of an error by another
 * event, and no filter hears of it.
 *
 * @returns what ends it
 */
export function watchEvents(): () => void {
  return wrapMethod(RouterResponseController.prototype, 'sse', {
    instead(controller, [result, response, request, ...rest]) {
      const { exceptionFilter } = controller as { exceptionFilter?: Handler }
      const onError = (error: unknown): void => {
        const exchange = exchangeOf(request as object)
        // Before, it goes the way of every exception.
        if (!(response as { headersSent?: boolean }).headersSent || isOutcome(exceptionFilter ?? {}, error))
          return
        if (!exchange || exchange.ended) return
        exchange.fail(error)
        exchange.broken = true
      }
      const events = isSource(result)
        ? heeded(result, onError)
        : Promise.resolve(result).then((each) => (isSource(each) ? heeded(each, onError) : each))
      return [events, response, request, ...rest]
    },
  })
}

function isSource(value: unknown): value is Source {
  return typeof (value as Source | undefined)?.subscribe === 'function'
}

/** The same events, for Nest's own subscription alone: the app may have others to the same source. */
function heeded(source: Source, onError: (error: unknown) => void): Source {
  const subscribe: Source['subscribe'] = (subscriber) => {
    const { error: pass } = subscriber
    subscriber.error = function hublineError(error) {
      try {
        onError(error)
      } catch {}
      pass.call(this, error)
    }
    return source.subscribe(subscriber)
  }
  return Object.create(source, { subscribe: { value: subscribe } }) as Source
}
