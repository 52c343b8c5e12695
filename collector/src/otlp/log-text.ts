import { BinaryReader } from '@bufbuild/protobuf/wire'

import { FIELD_END } from '../store/text-words.ts'
import { stepOver } from './columns.ts'

/** Characters of one record that are searched. */
const MAX_TEXT = 32_768

/** Field numbers of LogRecord, KeyValue, AnyValue, ArrayValue and KeyValueList. */
const ATTRIBUTES = 6
const VALUE = 2
const STRING = 1
const ARRAY = 5
const LIST = 6
const VALUES = 1

/**
 * What a log record says, for full-text search: its body, its event name and every string among its attributes' values.
 *
 * @param record an encoded LogRecord that has passed `checkMessage`
 */
export function logText(body: string, eventName: string, record: Uint8Array): string {
  let text = body.length > MAX_TEXT ? body.slice(0, MAX_TEXT) : body
  if (eventName !== '') text += ` ${FIELD_END} ${eventName}`
  const add = (value: string) => {
    text += ` ${FIELD_END} ${value}`
  }
  const reader = new BinaryReader(record)
  while (reader.pos < reader.len && text.length < MAX_TEXT) {
    const tag = reader.uint32()
    if (tag >>> 3 === ATTRIBUTES) keyValue(reader, add)
    else stepOver(reader, tag >>> 3, tag & 7)
  }
  return text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text
}

type Add = (value: string) => void

function keyValue(reader: BinaryReader, add: Add): void {
  within(reader, (field) => field === VALUE && (anyValue(reader, add), true))
}

function anyValue(reader: BinaryReader, add: Add): void {
  within(reader, (field) => {
    if (field === STRING) add(reader.string())
    else if (field === ARRAY) within(reader, (inner) => inner === VALUES && (anyValue(reader, add), true))
    else if (field === LIST) within(reader, (inner) => inner === VALUES && (keyValue(reader, add), true))
    else return false
    return true
  })
}

/** Reads the fields of a message within; `take` says whether it has read the field. */
function within(reader: BinaryReader, take: (field: number) => boolean): void {
  const end = reader.uint32() + reader.pos
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (!take(tag >>> 3)) stepOver(reader, tag >>> 3, tag & 7)
  }
}
