import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/**
 * The messages of OTLP that the suite speaks: field → number and type. Written out here and read by nobody else, so that
 * the suite shares no code with a server that it judges.
 */
const MESSAGES = {
  ExportTraceServiceRequest: { resourceSpans: '1 ResourceSpans*' },
  ExportLogsServiceRequest: { resourceLogs: '1 ResourceLogs*' },
  ExportMetricsServiceRequest: { resourceMetrics: '1 ResourceMetrics*' },
  ResourceSpans: { resource: '1 Resource', scopeSpans: '2 ScopeSpans*', schemaUrl: '3 string' },
  ResourceLogs: { resource: '1 Resource', scopeLogs: '2 ScopeLogs*', schemaUrl: '3 string' },
  ResourceMetrics: { resource: '1 Resource', scopeMetrics: '2 ScopeMetrics*', schemaUrl: '3 string' },
  Resource: { attributes: '1 KeyValue*', droppedAttributesCount: '2 varint' },
  Scope: { name: '1 string', version: '2 string', attributes: '3 KeyValue*' },
  ScopeSpans: { scope: '1 Scope', spans: '2 Span*', schemaUrl: '3 string' },
  ScopeLogs: { scope: '1 Scope', logRecords: '2 LogRecord*', schemaUrl: '3 string' },
  ScopeMetrics: { scope: '1 Scope', metrics: '2 Metric*', schemaUrl: '3 string' },
  Span: {
    traceId: '1 hex',
    spanId: '2 hex',
    traceState: '3 string',
    parentSpanId: '4 hex',
    name: '5 string',
    kind: '6 varint',
    startTimeUnixNano: '7 fixed64',
    endTimeUnixNano: '8 fixed64',
    attributes: '9 KeyValue*',
    events: '11 Event*',
    links: '13 Link*',
    status: '15 SpanStatus',
    flags: '16 fixed32',
  },
  Event: { timeUnixNano: '1 fixed64', name: '2 string', attributes: '3 KeyValue*' },
  Link: { traceId: '1 hex', spanId: '2 hex', traceState: '3 string', attributes: '4 KeyValue*' },
  SpanStatus: { message: '2 string', code: '3 varint' },
  LogRecord: {
    timeUnixNano: '1 fixed64',
    severityNumber: '2 varint',
    severityText: '3 string',
    body: '5 AnyValue',
    attributes: '6 KeyValue*',
    flags: '8 fixed32',
    traceId: '9 hex',
    spanId: '10 hex',
    observedTimeUnixNano: '11 fixed64',
    eventName: '12 string',
  },
  Metric: {
    name: '1 string',
    description: '2 string',
    unit: '3 string',
    gauge: '5 Gauge',
    sum: '7 Sum',
    histogram: '9 Histogram',
    exponentialHistogram: '10 ExponentialHistogram',
    summary: '11 Summary',
  },
  Gauge: { dataPoints: '1 NumberPoint*' },
  Sum: { dataPoints: '1 NumberPoint*', aggregationTemporality: '2 varint', isMonotonic: '3 bool' },
  Histogram: { dataPoints: '1 HistogramPoint*', aggregationTemporality: '2 varint' },
  ExponentialHistogram: { dataPoints: '1 ExponentialPoint*', aggregationTemporality: '2 varint' },
  Summary: { dataPoints: '1 SummaryPoint*' },
  NumberPoint: {
    startTimeUnixNano: '2 fixed64',
    timeUnixNano: '3 fixed64',
    asDouble: '4 double',
    exemplars: '5 Exemplar*',
    asInt: '6 fixed64',
    attributes: '7 KeyValue*',
    flags: '8 varint',
  },
  HistogramPoint: {
    startTimeUnixNano: '2 fixed64',
    timeUnixNano: '3 fixed64',
    count: '4 fixed64',
    sum: '5 double',
    bucketCounts: '6 fixed64+',
    explicitBounds: '7 double+',
    exemplars: '8 Exemplar*',
    attributes: '9 KeyValue*',
    flags: '10 varint',
    min: '11 double',
    max: '12 double',
  },
  ExponentialPoint: {
    attributes: '1 KeyValue*',
    startTimeUnixNano: '2 fixed64',
    timeUnixNano: '3 fixed64',
    count: '4 fixed64',
    sum: '5 double',
    scale: '6 sint',
    zeroCount: '7 fixed64',
    positive: '8 Buckets',
    negative: '9 Buckets',
    flags: '10 varint',
    exemplars: '11 Exemplar*',
    min: '12 double',
    max: '13 double',
    zeroThreshold: '14 double',
  },
  Buckets: { offset: '1 sint', bucketCounts: '2 varint+' },
  SummaryPoint: {
    startTimeUnixNano: '2 fixed64',
    timeUnixNano: '3 fixed64',
    count: '4 fixed64',
    sum: '5 double',
    quantileValues: '6 Quantile*',
    attributes: '7 KeyValue*',
    flags: '8 varint',
  },
  Quantile: { quantile: '1 double', value: '2 double' },
  Exemplar: {
    timeUnixNano: '2 fixed64',
    asDouble: '3 double',
    spanId: '4 hex',
    traceId: '5 hex',
    asInt: '6 fixed64',
    filteredAttributes: '7 KeyValue*',
  },
  KeyValue: { key: '1 string', value: '2 AnyValue' },
  AnyValue: {
    stringValue: '1 string',
    boolValue: '2 bool',
    intValue: '3 varint',
    doubleValue: '4 double',
    arrayValue: '5 ArrayValue',
    kvlistValue: '6 KeyValueList',
    bytesValue: '7 base64',
  },
  ArrayValue: { values: '1 AnyValue*' },
  KeyValueList: { values: '1 KeyValue*' },
  ExportTraceServiceResponse: { partialSuccess: '1 RejectedSpans' },
  ExportLogsServiceResponse: { partialSuccess: '1 RejectedLogRecords' },
  ExportMetricsServiceResponse: { partialSuccess: '1 RejectedDataPoints' },
  RejectedSpans: { rejectedSpans: '1 varint', errorMessage: '2 string' },
  RejectedLogRecords: { rejectedLogRecords: '1 varint', errorMessage: '2 string' },
  RejectedDataPoints: { rejectedDataPoints: '1 varint', errorMessage: '2 string' },
  RpcStatus: { code: '1 varint', message: '2 string' },
} as const satisfies Record<string, Record<string, string>>

export type MessageName = keyof typeof MESSAGES
/** A message as OTLP's JSON has it. */
export type Fields = Record<string, unknown>

const isMessage = (type: string): type is MessageName => type in MESSAGES

/** Splits `7 KeyValue*` into its number, its type, and how it repeats: `*` field by field, `+` packed. */
function parse(shape: string): { number: number; type: string; repeats: string } {
  const [, number, type, repeats] = /^(\d+) (\w+)([*+]?)$/.exec(shape)!
  return { number: Number(number), type: type!, repeats: repeats! }
}

/** Encodes the JSON form of a message to protobuf; fields that the message does not have are left out. */
export function encode(name: MessageName, fields: Fields): Uint8Array {
  const writer = new BinaryWriter()
  for (const [field, shape] of Object.entries(MESSAGES[name])) {
    const value = fields[field]
    if (value === undefined) continue
    const { number, type, repeats } = parse(shape)
    if (repeats === '+') {
      const packed = new BinaryWriter()
      for (const item of value as unknown[]) writeScalar(packed, type, item)
      writer.tag(number, WireType.LengthDelimited).bytes(packed.finish())
      continue
    }
    for (const item of repeats === '*' ? (value as unknown[]) : [value]) {
      if (isMessage(type)) {
        writer.tag(number, WireType.LengthDelimited).bytes(encode(type, item as Fields))
      } else writeScalar(writer.tag(number, WIRE_TYPES[type]!), type, item)
    }
  }
  return writer.finish()
}

const WIRE_TYPES: Record<string, WireType> = {
  string: WireType.LengthDelimited,
  hex: WireType.LengthDelimited,
  base64: WireType.LengthDelimited,
  varint: WireType.Varint,
  sint: WireType.Varint,
  bool: WireType.Varint,
  fixed64: WireType.Bit64,
  fixed32: WireType.Bit32,
  double: WireType.Bit64,
}

function writeScalar(writer: BinaryWriter, type: string, value: unknown): void {
  switch (type) {
    case 'string':
      writer.string(value as string)
      break
    case 'hex':
    case 'base64':
      writer.bytes(Buffer.from(value as string, type))
      break
    case 'bool':
      writer.bool(value as boolean)
      break
    case 'double':
      writer.double(Number(value))
      break
    case 'fixed32':
      writer.fixed32(value as number)
      break
    case 'fixed64':
      writer.sfixed64(BigInt.asIntN(64, BigInt(value as string)))
      break
    case 'sint':
      writer.sint32(value as number)
      break
    default:
      writer.int64(BigInt.asIntN(64, BigInt(value as string)))
  }
}

/**
 * Decodes an answer, as far as answers go: integers become numbers, absent fields stay absent.
 *
 * @throws Error when the bytes are no such message.
 */
export function decode(name: MessageName, bytes: Uint8Array): Fields {
  const byNumber = new Map(
    Object.entries(MESSAGES[name]).map(([field, shape]) => [parse(shape).number, { field, ...parse(shape) }]),
  )
  const reader = new BinaryReader(bytes)
  const fields: Fields = {}
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag()
    const known = byNumber.get(number)
    if (!known) reader.skip(wireType, number)
    else if (isMessage(known.type)) fields[known.field] = decode(known.type, reader.bytes())
    else if (known.type === 'string') fields[known.field] = reader.string()
    else fields[known.field] = Number(reader.int64())
  }
  if (reader.pos !== reader.len) throw new Error(`${name} is cut off`)
  return fields
}
