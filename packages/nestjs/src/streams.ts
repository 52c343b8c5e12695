import { errorMonitor, type EventEmitter } from 'node:events'
import { currentExchange } from '@hubline/core/adapter'
import { StreamableFile } from '@nestjs/common'
import { wrapMethod } from './wrap.ts'

/**
 * Sees a StreamableFile break after the headers are sent, of which Nest tells no exception handler.
 *
 * @returns a function that ends it for this caller
 */
export function watchStreams(): () => void {
  return wrapMethod(StreamableFile.prototype, 'getStream', onStream)
}

/** The platform takes the stream when it sends it, in the context of its request. */
function onStream(file: object): void {
  const exchange = currentExchange()
  const { stream } = file as { stream?: EventEmitter }
  if (!exchange || !stream) return
  // A stream that is given up because its client has left did not break.
  stream.once(errorMonitor, (error) => {
    if (!exchange.ended) exchange.fail(error)
  })
}
