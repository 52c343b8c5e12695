import { expect, it } from 'vitest'
import { createRedactor } from '../redaction.ts'

const redact = createRedactor(['iban'])
const jwt = `eyJ${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)}`
const pem = (label: string) => `-----BEGIN ${label}-----\nMIIEow\nIBAAK=\n-----END ${label}-----`

const HIDDEN: [text: string, expected: string][] = [
  // Headers.
  ['x-api-key: XYZ', 'x-api-key: [redacted]'],
  ['Authorization: Token abc', 'Authorization: Token [redacted]'],
  ['Authorization: Bearer abc.def-123 was refused', 'Authorization: Bearer [redacted] was refused'],
  ['Authorization: Custom abc def\nHost: x', 'Authorization: [redacted]\nHost: x'],
  ['Authorization: Digest username="u", response="r"', 'Authorization: Digest [redacted]'],
  ['Proxy-Authorization: Basic dTpw', 'Proxy-Authorization: Basic [redacted]'],
  ['Cookie: sid=abc; theme=dark\nHost: x', 'Cookie: [redacted]\nHost: x'],
  [
    String.raw`GET /\r\nSet-Cookie: sid=abc; Path=/\r\nHost: x`,
    String.raw`GET /\r\nSet-Cookie: [redacted]\r\nHost: x`,
  ],
  [`curl -H 'Cookie: a=b; c=d' -v`, `curl -H 'Cookie: [redacted]' -v`],
  // Assignments.
  ['AWS_SECRET_ACCESS_KEY=ab/cd+ef', 'AWS_SECRET_ACCESS_KEY=[redacted]'],
  ['aws_access_key_id = AKIA', 'aws_access_key_id = [redacted]'],
  ['passphrase: correct horse, retry', 'passphrase: [redacted], retry'],
  ['sessionid=abc&a=1', 'sessionid=[redacted]&a=1'],
  ['authorization=abc', 'authorization=[redacted]'],
  ['authorization=Bearer abc status=401', 'authorization=Bearer [redacted] status=401'],
  ['credentials=abc', 'credentials=[redacted]'],
  ['otp=123456', 'otp=[redacted]'],
  ['user_otp=123456', 'user_otp=[redacted]'],
  ['api key: XYZ is wrong', 'api key: [redacted] is wrong'],
  ['IBAN=DE02 is wrong', 'IBAN=[redacted] is wrong'],
  ['user[password]=x&a=1', 'user[password]=[redacted]&a=1'],
  ['password => "x", :a => 1', 'password => "[redacted]", :a => 1'],
  ['<password>a b</password>', '<password>[redacted]</password>'],
  ['mysql --password hunter2 -v', 'mysql --password [redacted] -v'],
  [`[ '--token', 'abc', '-v' ]`, `[ '--token', '[redacted]', '-v' ]`],
  ['url=https%3A%2F%2Fx%3Ftoken%3Dabc', 'url=https%3A%2F%2Fx%3Ftoken%3D[redacted]'],
  ['password=hunter2)', 'password=[redacted])'],
  [`password=it's`, 'password=[redacted]'],
  // Quoted, escaped, nested.
  ['{"password":"a b, c"}', '{"password":"[redacted]"}'],
  [String.raw`{"password":"a\" b","id":1}`, '{"password":"[redacted]","id":1}'],
  [String.raw`"{\"password\":\"a \\\" b\",\"id\":1}"`, String.raw`"{\"password\":\"[redacted]\",\"id\":1}"`],
  [`{ password: 'a b', id: 1 }`, `{ password: '[redacted]', id: 1 }`],
  ['{"tokens":["a","b"],"id":1}', '{"tokens":[redacted],"id":1}'],
  [`{"credentials":{"user":"u","n":{"x":"}"}},"id":1}`, '{"credentials":[redacted],"id":1}'],
  ['{"password":"cut off', '{"password":"[redacted]'],
  // Tokens and keys that stand alone.
  ['BEARER abcdefghij', 'BEARER [redacted]'],
  [`token_${jwt}!`, 'token_[redacted]!'],
  [`${jwt}.${'d'.repeat(9)}.e`, '[redacted]'],
  [`key ${pem('RSA PRIVATE KEY')} end`, 'key -----[redacted] end'],
  [pem('PGP PRIVATE KEY BLOCK').slice(0, 50), '-----[redacted]'],
  // URLs.
  ['postgres://u:p@ss/word@host', 'postgres://u:[redacted]@host'],
  ['redis://:pw@host:6379', 'redis://:[redacted]@host:6379'],
  ['mongodb://u:p?#w@h1,h2/db?x=a@b', 'mongodb://u:[redacted]@h1,h2/db?x=a@b'],
  ['https://u:1234@host/a', 'https://u:[redacted]@host/a'],
  ['GET https://x/a?sig=abc&n=1', 'GET https://x/a?sig=[redacted]&n=1'],
  ['https://x/cb?code=abc', 'https://x/cb?code=[redacted]'],
  ['https://x/cb#code=abc', 'https://x/cb#code=[redacted]'],
  [
    'https://x/a?X-Amz-Signature=abc&X-Amz-Credential=AKIA',
    'https://x/a?X-Amz-Signature=[redacted]&X-Amz-Credential=[redacted]',
  ],
  // Cards.
  ['4111111111111111', '[redacted]'],
  ['paid 4111.1111.1111.1111.', 'paid [redacted].'],
  ['12 4111-1111-1111-1111 x', '12 [redacted] x'],
  ['amex 3782 822463 10005', 'amex [redacted]'],
]

it.each(HIDDEN)('hides %j', (text, expected) => {
  expect(redact.text(text)).toBe(expected)
  expect(redact.text(expected), 'again').toBe(expected)
})

it.each([
  "Access denied for user 'app'@'db' (using password: YES)",
  'TokenExpiredError: jwt expired',
  'InvalidPasswordError: too short',
  'password: Required',
  'max_tokens=4096 total_tokens: 17',
  '{"usage":{"prompt_tokens":12,"completion_tokens":30}}',
  'Basic authentication is off',
  'WWW-Authenticate: Bearer realm="x"',
  '--token is required',
  '    at TokenService.verify (/app/src/token.service.ts:12:5)',
  '    at Object.<anonymous> (file:///app/src/password.js:1:2)',
  'Secret::Password::parse failed',
  'https://registry:4873/@scope/name',
  'http://[::1]:3000/users/a@b.c',
  'http://localhost:3000/users/a@b.c',
  'heyJude.module.spec.test.ts',
  'from 2024-01-02 10.11.12.345 to 1700000000000, 1700000000000000000 ns',
  '0.4111111111111111',
  '10.0.0.1 192.168.100.100',
  'className=foo businessName=bar',
  'code=E11000 key=users',
  '-----BEGIN CERTIFICATE-----\nMIIEow\n-----END CERTIFICATE-----',
])('keeps %j', (text) => {
  expect(redact.text(text)).toBe(text)
})
