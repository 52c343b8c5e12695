import { expect, test } from 'vitest'
import { peekSource } from './sender.ts'

const peek = (text: string) => peekSource(new TextEncoder().encode(text))

test.each([
  ['{"type":"x","source":"shop","payload":{}}', 'shop'],
  ['[{"id":"1", "source" : "kö\u00f6nig"}]', 'kö\u00f6nig'],
  ['{"source":"a"}\n{"source":"b"}', 'a'],
  ['{"event_type":"x","source_service":"stock"}', 'stock'],
  ['[{"source_system": "akosha"}]', 'akosha'],
  [
    '{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"pay"}}]}}]}',
    'pay',
  ],
  ['\n\u0012\n\u0010\n\fservice.name\u0012\u0006\n\u0004shop\u0012', 'shop'],
  ['\n\fservice.name\u0012\u0006\n\u0004sh', undefined],
  ['service.name', undefined],
  ['{"source":12}', undefined],
  [`{"payload":"${'x'.repeat(5000)}","source":"late"}`, undefined],
  ['', undefined],
])('%j', (text, source) => {
  expect(peek(text)).toBe(source)
})
