import { EventRun } from '../events/envelope.ts'
import { gather } from '../bytes/bodies.ts'
import { eachInOrder } from './event-order.ts'
import type { Priority } from '../wire/event.ts'
import type { Queued } from './queue.ts'
import type { Packed } from './spool/record.ts'

/** OTLP that is encoded already. */
export class PackedRecords implements Queued {
  readonly priority: Priority = 'normal'
  readonly bytes: number
  readonly items: number
  readonly body: Uint8Array

  constructor({ body, items }: Packed) {
    this.body = body
    this.items = items
    this.bytes = body.byteLength
  }
}

/** An event that comes from disk, word for word; on disk they are in the order in which they were made. */
export function unpackEvent({ body }: Packed): EventRun {
  return EventRun.ofText(body, 'normal', 0)
}

/** Each event as a record of its own, in the order in which they were made. */
export function packEvents(events: readonly EventRun[]): Packed[] {
  return eachInOrder(events).map(({ body }) => ({ body, items: 1 }))
}

/** So many spans share one body on disk: few enough that a receiver's limit can be met by halving. */
const PER_BODY = 64

/** Encodes and packs OTLP; bodies that are encoded already are joined, which protobuf reads as one message. */
export function otlpCodec<T extends Queued>(
  encode: (batch: readonly T[]) => readonly Uint8Array[],
): {
  encode(batch: readonly (T | PackedRecords)[]): readonly Uint8Array[]
  pack(batch: readonly (T | PackedRecords)[]): Packed[]
} {
  const parts = (batch: readonly (T | PackedRecords)[]) => {
    const packed = batch.filter((each) => each instanceof PackedRecords)
    const fresh = batch.filter((each): each is T => !(each instanceof PackedRecords))
    return { packed, fresh }
  }

  return {
    encode(batch) {
      const { packed, fresh } = parts(batch)
      if (packed.length === 0) return encode(fresh)
      const bodies = packed.map(({ body }) => body)
      return gather(fresh.length > 0 ? [...bodies, ...encode(fresh)] : bodies)
    },
    pack(batch) {
      const { packed, fresh } = parts(batch)
      const records: Packed[] = [...packed]
      for (let at = 0; at < fresh.length; at += PER_BODY) {
        const part = fresh.slice(at, at + PER_BODY)
        records.push({ body: Buffer.concat(encode(part)), items: part.length })
      }
      return records
    },
  }
}
