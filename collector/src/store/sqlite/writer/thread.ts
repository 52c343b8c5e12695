import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { Transition } from '../../monitors.ts'
import type { WriterData, WriterJob, WriterReply, WriterRequest } from '../messages.ts'
import { explained } from './open-error.ts'
import { Writer } from './writer.ts'

// One group holds up its first sender until its last row is in, and what it is decoded into is copied by each collection of
// garbage meanwhile.
const GROUP_MAX_BYTES = 1024 * 1024
const GROUP_MAX_JOBS = 512
const LATER_MS = 100

const port = parentPort!
const send = (reply: WriterReply) => port.postMessage(reply)

function open(): Writer | undefined {
  try {
    const writer = new Writer(workerData as WriterData)
    send({ kind: 'opened', totals: writer.totals(), watermark: writer.watermark })
    return writer
  } catch (error) {
    const { name, message } = explained(error, workerData as WriterData)
    send({ kind: 'failed', name, message })
    return undefined
  }
}

function serve(writer: Writer): void {
  let watched = false
  let closing = false
  let resting = false
  let waiting: NodeJS.Timeout | undefined

  /** While nothing comes in, a little of what can wait is done at a time. */
  function rest(): void {
    if (resting) return
    resting = true
    setImmediate(() => {
      resting = false
      if (closing) return
      const tended = writer.tend()
      if (tended === 'more') rest()
      else if (tended === 'later') waiting ??= setTimeout(again, LATER_MS).unref()
    })
  }

  function again(): void {
    waiting = undefined
    rest()
  }

  // Whatever waited while the last group was committed becomes the next one.
  port.on('message', (first: WriterRequest) => {
    let next: WriterRequest | undefined = first
    while (next !== undefined) {
      const jobs: WriterJob[] = []
      let bytes = 0
      while (next !== undefined && jobs.length < GROUP_MAX_JOBS && bytes < GROUP_MAX_BYTES) {
        if (
          next.kind === 'watch' ||
          next.kind === 'tidy' ||
          next.kind === 'look' ||
          next.kind === 'snapshot'
        ) {
          // Events before and after this message must not share a group.
          if (jobs.length > 0) break
          if (next.kind === 'watch') watched = next.on
          else if (next.kind === 'snapshot')
            void writer.snapshot(next).then((result) => send({ kind: 'copied', result }))
          else if (next.kind === 'look') tell(writer.look(next.look))
          else send({ kind: 'tidied', dropped: writer.tidy(next.now), totals: writer.totals() })
        } else if (next.kind === 'close') closing = true
        else {
          for (const job of next.jobs) {
            jobs.push(job)
            if ('body' in job) bytes += job.body.byteLength
          }
        }
        next = receive()
      }
      if (jobs.length > 0) send(writer.run(jobs, watched))
    }
    if (!closing) return rest()
    writer.close()
    send({ kind: 'closed' })
    port.close()
  })
  rest()
}

/** Of most looks there is nothing to tell. */
function tell(transitions: Transition[]): void {
  if (transitions.length > 0) send({ kind: 'looked', transitions })
}

function receive(): WriterRequest | undefined {
  return receiveMessageOnPort(port)?.message as WriterRequest | undefined
}

const writer = open()
if (writer) serve(writer)
else port.close()
