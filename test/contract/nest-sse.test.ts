// oxlint-disable-next-line import/no-unassigned-import -- Nest wants it loaded first
import 'reflect-metadata'
import { HublineModule } from '@hubline/nestjs'
import { ConflictException, Controller, Module, Sse, type Type } from '@nestjs/common'
import { concat, defer, from, map, type Observable, Subject, take, throwError } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { ask } from '../support/http.ts'
import { listen, make, openSink, PLATFORMS, settings } from './nest-start.ts'

type Events = Observable<{ data: string }>

/** Nest writes an id into what it sends. */
const one = (): Events => from([{ data: 'one' }])
/** Of the app, for all who listen. */
const news = new Subject<{ data: string }>()
let listeners = 0

@Controller('events')
class EventsController {
  @Sse('broken')
  broken(): Events {
    return concat(
      one(),
      throwError(() => new RangeError('no more')),
    )
  }

  @Sse('broken-later')
  async brokenLater(): Promise<Events> {
    return concat(
      one(),
      throwError(() => new RangeError('no more')),
    )
  }

  @Sse('never')
  never(): Events {
    return throwError(() => new RangeError('none at all'))
  }

  @Sse('refused')
  refused(): Events {
    return concat(
      one(),
      throwError(() => new ConflictException('taken')),
    )
  }

  @Sse('news')
  news(): Events {
    return defer(() => {
      listeners++
      return news
    }).pipe(
      take(2),
      map(({ data }) => ({ data: data.toUpperCase() })),
    )
  }

  @Sse('ok')
  ok(): Events {
    return from(['one', 'two'].map((data) => ({ data })))
  }
}

function appWith(...imports: object[]): Type {
  // oxlint-disable-next-line typescript/no-extraneous-class -- what a Nest module is
  class AppModule {}
  Module({ imports: imports as never, controllers: [EventsController] })(AppModule)
  return AppModule
}

async function start(platform: string) {
  const sink = await openSink()
  const app = await make(platform, appWith(HublineModule.forRoot(settings(sink))))
  return { sink, app, url: await listen(app) }
}

for (const platform of Object.keys(PLATFORMS)) {
  describe(`server-sent events of nest on ${platform}`, () => {
    test.each(['broken', 'broken-later'])('report what ends them after the first (%s)', async (path) => {
      const { sink, app, url } = await start(platform)
      const answer = await ask(`${url}/events/${path}`)
      const bareUrl = await listen(await make(platform, appWith()))
      expect(answer.body).toEqual((await ask(`${bareUrl}/events/${path}`)).body)
      await app.close()
      expect(sink.ofType('ErrorReported')).toMatchObject([
        { severity: 'error', payload: { message: 'no more', handled: false, route: `/events/${path}` } },
      ])
      expect(sink.ofType('InteractionDetected')).toMatchObject([
        { payload: { action: `GET /events/${path}`, outcome: 'server_error', status: 200 } },
      ])
    })

    test('report what keeps them from beginning once', async () => {
      const { sink, app, url } = await start(platform)
      expect((await ask(`${url}/events/never`)).status).toBe(500)
      await app.close()
      expect(sink.ofType('ErrorReported')).toMatchObject([
        { payload: { message: 'none at all', status: 500 } },
      ])
    })

    test('that end by an exception below 500 or by themselves have no error', async () => {
      const { sink, app, url } = await start(platform)
      await ask(`${url}/events/refused`)
      await ask(`${url}/events/ok`)
      await app.close()
      expect(sink.ofType('ErrorReported')).toEqual([])
      expect(sink.ofType('InteractionDetected').map(({ payload }) => payload['outcome'])).toEqual([
        'ok',
        'ok',
      ])
    })

    test('from a source that the app shares end with their own listener', async () => {
      const { app, url } = await start(platform)
      const answers = ['a', 'b'].map(() => ask(`${url}/events/news`))
      await expect.poll(() => listeners).toBe(2)
      listeners = 0
      for (const data of ['one', 'two', 'three']) news.next({ data })
      for (const { body } of await Promise.all(answers)) {
        expect(body.toString().match(/data: \w+/g)).toEqual(['data: ONE', 'data: TWO'])
      }
      expect(news.observed).toBe(false)
      await app.close()
    })
  })
}
