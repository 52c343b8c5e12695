import { BinaryReader } from '@bufbuild/protobuf/wire'
import { EMPTY, stepOver } from './columns.ts'

const LINKS = 13
const MAX_LINKS = 100

/** Which span a link leads to. */
export interface LinkedSpan {
  /** 16 bytes. */
  traceId: Uint8Array
  /** 8 bytes. */
  spanId: Uint8Array
}

/** Where the links of an encoded Span that has passed `checkMessage` lead to, the first 100 of them. */
export function linksOfSpan(span: Uint8Array): LinkedSpan[] {
  const links: LinkedSpan[] = []
  const reader = new BinaryReader(span)
  while (reader.pos < reader.len && links.length < MAX_LINKS) {
    const tag = reader.uint32()
    if (tag >>> 3 !== LINKS) {
      stepOver(reader, tag >>> 3, tag & 7)
      continue
    }
    const { traceId, spanId } = readLink(reader, reader.uint32())
    if (traceId.length === 16 && spanId.length === 8) links.push({ traceId, spanId })
  }
  return links
}

function readLink(reader: BinaryReader, length: number): LinkedSpan {
  const end = reader.pos + length
  const link: LinkedSpan = { traceId: EMPTY, spanId: EMPTY }
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === 0x0a) link.traceId = reader.bytes()
    else if (tag === 0x12) link.spanId = reader.bytes()
    else stepOver(reader, tag >>> 3, tag & 7)
  }
  return link
}
