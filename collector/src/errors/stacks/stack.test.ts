import { fingerprintOf, type StackFrame } from '@hubline/core/wire'
import { expect, test } from 'vitest'
import { parseStack } from './stack.ts'

const own = (frames: StackFrame[]) =>
  frames.filter((frame) => frame.in_app).map((frame) => `${frame.function}@${frame.file}:${frame.line}`)
const print = (stack: string) => fingerprintOf({ error_type: 'E', message: 'x', frames: parseStack(stack) })

const PYTHON = `Traceback (most recent call last):
  File "/app/db.py", line 3, in connect
    raise OSError()
OSError

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/usr/lib/python3.12/runpy.py", line 198, in run
    go()
  File "/app/shop/views.py", line 12, in buy
    pay(cart)
  File "/venv/lib/python3.12/site-packages/pay/api.py", line 7, in pay
    ~~~^^^
  File "/app/shop/cart.py", line 40, in <lambda>
    total / 0
ZeroDivisionError: division by zero`

const JAVA = `com.shop.PayException: declined
\tat com.shop.Cart.pay(Cart.java:12)
\tat com.shop.Cart.lambda$buy$0(Cart.java:40)
\tat java.base/java.util.ArrayList.forEach(ArrayList.java:1596)
\tat app//com.shop.Shop$$SpringCGLIB$$0.buy(<generated>)
\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:885)
\t... 20 more
Caused by: java.io.IOException: no
\tat com.shop.Bank.ask(Bank.java:3)`

const GO = `goroutine 7 [running]:
go.opentelemetry.io/otel/sdk/trace.recordStackTrace()
\t/go/pkg/mod/go.opentelemetry.io/otel/sdk@v1.30.0/trace/span.go:4 +0x2d
main.(*Shop).Buy(0xc000010, {0x1, 0x2})
\t/app/shop.go:12 +0x1d
net/http.HandlerFunc.ServeHTTP(...)
\t/usr/local/go/src/net/http/server.go:2220
created by main.main in goroutine 1
\t/app/main.go:8 +0x25

goroutine 8 [select]:
main.other()
\t/app/other.go:1 +0x1`

const DOTNET = `System.InvalidOperationException: no
 ---> System.IO.IOException: disk
   at Shop.Disk.Read() in /src/Disk.cs:line 1
   --- End of inner exception stack trace ---
   at Shop.Cart.<AddAsync>d__7.MoveNext() in /src/Cart.cs:line 42
--- End of stack trace from previous location ---
   at System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw()
   at Shop.Program.Main(String[] args)`

test.each([
  ['Python', PYTHON, ['<lambda>@/app/shop/cart.py:40', 'buy@/app/shop/views.py:12']],
  ['Java', JAVA, ['pay@com.shop.Cart:12', 'lambda$buy@com.shop.Cart:40', 'buy@com.shop.Shop:null']],
  ['Go', GO, ['main.(*Shop).Buy@/app/shop.go:12', 'main.main@/app/main.go:8']],
  ['.NET', DOTNET, ['AddAsync@/src/Cart.cs:42', 'Main@Shop.Program:null']],
])('reads the calls of a stack of %s, innermost first', (_name, stack, expected) => {
  expect(own(parseStack(stack))).toEqual(expected)
})

test.each([
  ['Python', PYTHON],
  ['Java', JAVA],
  ['Go', GO],
  ['.NET', DOTNET],
])('a line that moved does not change the group of an error of %s', (_name, stack) => {
  const moved = stack
    .replaceAll(/(\.(?:java|go|cs):(?:line )?|line )\d+/g, '$1999')
    .replaceAll('0x1d', '0x99')
  expect(moved).not.toBe(stack)
  expect(print(moved)).toBe(print(stack))
  expect(print(stack.replaceAll(/pay|buy|Buy|AddAsync/g, 'sell'))).not.toBe(print(stack))
})

test('finds nothing in what is no stack, however long', () => {
  for (const text of [
    '',
    'boom',
    'at '.repeat(9999),
    'at a.'.repeat(9999),
    '\t/a.go:'.repeat(9999),
    '  File "',
  ]) {
    expect(parseStack(text)).toEqual([])
  }
})
