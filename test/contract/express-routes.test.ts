import { createRequire } from 'node:module'
import { hubline } from '@hubline/express'
import express, { type RequestHandler, Router } from 'express'
import { describe, expect, test } from 'vitest'
import { ask } from '../support/http.ts'
import { EXPRESS, publishes, type Served, serveExpress } from './express-app.ts'

const pass: RequestHandler = (_req, _res, next) => next()
const answer: RequestHandler = (_req, res) => void res.json({})

/** In Express 5 parameters that take several segments have a name. */
const ANY = EXPRESS === 4 ? '*' : '*rest'
const LIKE_4 = EXPRESS === 4

function routerWith(path: string): Router {
  const router = Router()
  router.get(path, answer)
  return router
}

async function routesOf({ url, sink, end }: Served, paths: readonly string[]): Promise<unknown[]> {
  for (const path of paths) await ask(url + path)
  await end()
  const byPath = new Map(
    sink.spans.map(({ attributes }) => [attributes['url.path'], attributes['http.route']]),
  )
  return paths.map((path) => byPath.get(path.split('?')[0]!))
}

interface Case {
  name: string
  build: (app: express.Express) => void
  /** Route by requested path. */
  routes: Record<string, string | undefined>
}

const cases: Case[] = [
  {
    name: 'is that of the mount that leads to it, and of no other that matched before',
    build: (app) => {
      app.use('/:locale', pass)
      app.use('/admin', pass, routerWith('/users/:id'))
      app.use('/:page', pass)
      app.get('/:top/end', answer)
    },
    routes: { '/admin/users/1': '/admin/users/:id', '/x/end': '/:top/end' },
  },
  {
    name: 'has every mount once when routers stand in routers at the same path',
    build: (app) => {
      const inner = Router()
      inner.use('/', pass, routerWith('/b/:b'))
      const outer = Router()
      outer.use(pass, inner)
      app.use('/:a', pass, outer)
      app.use(pass)
      app.use('/:other', routerWith('/c'))
    },
    routes: { '/1/b/2': '/:a/b/:b', '/1/c': '/:other/c' },
  },
  {
    name: 'has the parameter that is but a part of a segment',
    build: (app) => {
      app.use('/api/v:version', routerWith('/a'))
      app.use('/from/:a-:b', routerWith('/a'))
    },
    routes: {
      '/api/v2/a': '/api/v:version/a',
      '/api/v%C3%A9/a': '/api/v:version/a',
      '/from/x-y/a': '/from/:a-:b/a',
    },
  },
  {
    name: 'tells parameters from fixed parts that look like them',
    build: (app) => {
      app.use('/shops/:shop', routerWith('/a'))
      app.use('/:a/:b', routerWith('/users/:id'))
    },
    routes: {
      '/shops/shops/a': '/shops/:shop/a',
      '/7/7/users/1': '/:a/:b/users/:id',
      '/users/id/users/users': '/:a/:b/users/:id',
    },
  },
  {
    name: 'has a mount of any number of segments',
    build: (app) => void app.use(`/files/${ANY}/z`, routerWith('/a')),
    routes: { '/files/x/z/a': `/files/${ANY}/z/a`, '/files/x/y/z/z/a': `/files/${ANY}/z/a` },
  },
  {
    name: 'does not mind what the app makes of parameters',
    build: (app) => {
      app.param('shop', (req, _res, next, shop: string) => {
        req.params['shop'] = `${shop}!`
        next()
      })
      app.use('/shops/:shop', routerWith('/a'))
    },
    routes: { '/shops/7/a': '/shops/:shop/a', '/shops/8/a': '/shops/:shop/a' },
  },
  {
    name: 'is as it was declared, however it is asked for',
    build: (app) => void app.use('/api', routerWith('/v1')),
    routes: { '/API/v1': '/api/v1', '/api/V1/': '/api/v1', '/Api/v1?q=/x': '/api/v1' },
  },
  {
    name: 'is the one of several that matched',
    build: (app) => {
      app.get(['/arr1', '/arr2/:q'], answer)
      app.use(['/one/:x', '/two'], routerWith('/a'))
      app.get(['/list', /^\/re\/(\d+)$/], answer)
    },
    routes: {
      '/arr1': '/arr1',
      '/arr2/7': '/arr2/:q',
      '/one/7/a': '/one/:x/a',
      '/two/a': '/two/a',
      '/list': '/list',
      '/re/42': String.raw`/^\/re\/(\d+)$/`,
    },
  },
  {
    name: 'is whole where a router hands on to the next one',
    build: (app) => {
      const first = Router()
      first.use('/:deep', pass)
      first.get('/:deep/x', pass)
      app.use('/a', first, routerWith('/:y/x'))
    },
    routes: { '/a/7/x': '/a/:y/x' },
  },
  {
    name: 'is that of the app in an app that answers',
    build: (app) => {
      const inner = express()
      inner.use('/:shop', pass, routerWith('/items/:item'))
      app.use('/t/:tenant', pass, inner)
    },
    routes: { '/t/acme/7/items/9': '/t/:tenant/:shop/items/:item' },
  },
  {
    name: 'is none where a route hands on, and nothing but a 404 comes of it',
    build: (app) => {
      app.get('/passes', pass)
      app.get('/leaves', (_req, _res, next) => next('route'))
      app.get('/own/:id', (_req, res) => void res.status(404).json({}))
      app.get('/caught', pass)
      app.get('/rendered', pass, pass)
      app.post('/posts', answer)
      app.use('/rendered', answer)
      app.use('/caught', (_req, res) => void res.status(404).json({}))
    },
    routes: {
      '/passes': undefined,
      '/leaves': undefined,
      '/own/7': '/own/:id',
      '/caught': undefined,
      '/rendered': '/rendered',
      '/posts': undefined,
      '/nowhere': undefined,
    },
  },
  {
    name: 'stays that of a 404 which its handler fails with',
    build: (app) => {
      app.get('/users/:id', (_req, _res, next) => next(Object.assign(new Error('no user'), { status: 404 })))
    },
    routes: { '/users/7': '/users/:id' },
  },
]

describe('a route of Express', () => {
  for (const { name, build, routes } of cases) {
    test(name, async () => {
      const served = await serveExpress(build)
      const paths = Object.keys(routes)
      expect(
        Object.fromEntries((await routesOf(served, paths)).map((route, at) => [paths[at], route])),
      ).toEqual(routes)
    })
  }

  test('with an optional mount has no concrete part', async () => {
    const mount = LIKE_4 ? '/:v?/o' : '{/:v}/o'
    const served = await serveExpress((app) => void app.use(mount, routerWith('/a')))
    const routes = await routesOf(served, ['/7/o/a', '/o/a', '/8/o/a'])
    if (LIKE_4 || publishes(served)) expect(routes).toEqual([`${mount}/a`, `${mount}/a`, `${mount}/a`])
    else expect(routes).toEqual(['/:v/o/a', '/o/a', '/:v/o/a'])
  })

  test('with a regular expression for a mount has no concrete part', async () => {
    const mount = /^\/tenants\/(\w+)/
    const served = await serveExpress((app) => {
      app.use('/api', Router().use(mount, routerWith('/a')))
    })
    const routes = await routesOf(served, ['/api/tenants/acme/a', '/api/tenants/globex/a'])
    const known = LIKE_4 || publishes(served)
    const route = known ? `/api/${mount}/a`.replace('//', '/') : '/api/*/a'
    expect(routes).toEqual([route, route])
    const blind = served.hub.coverage().flatMap((each) => each.blind)
    expect(blind.some((each) => each.startsWith('regular expressions as mount paths'))).toBe(!known)
  })

  test.runIf(LIKE_4)('has the mount paths that only Express 4 takes', async () => {
    const mounts = {
      '/ab?cd': '/abcd',
      '/x/:id(\\d+)': '/x/7',
      '/(y|z)/:w': '/y/7',
      '/r/:rest*/q': '/r/1/2/q',
      '/f/:name.:ext?': '/f/a.b',
      '/g/*': '/g/1/2',
      '/a/b/': '/a/b',
    }
    const served = await serveExpress((app) => {
      for (const mount of Object.keys(mounts)) app.use(mount, routerWith('/end'))
      app.use('*', routerWith('/'))
    })
    const routes = await routesOf(served, [...Object.values(mounts).map((path) => `${path}/end`), '/any'])
    const wanted = Object.keys(mounts).map((mount) => `${mount.replace(/\/$/, '')}/end`)
    expect(routes).toEqual([...wanted.with(5, '/*'), '/*'])
  })

  test('is whole where the line stands in a router below', async () => {
    const served = await serveExpress(() => {}, {
      line: (app, ours) => {
        const router = Router({ mergeParams: true })
        router.use(ours)
        router.get('/users/:id', answer)
        app.use('/x', pass)
        app.use('/tenants/:tenant', router)
        app.use('/tenants/:other', routerWith('/late'))
      },
    })
    const routes = await routesOf(served, ['/tenants/acme/users/7', '/tenants/acme/late'])
    expect(routes).toEqual(['/tenants/:tenant/users/:id', '/tenants/:other/late'])
  })

  test('is seen whichever copy of the line an app has', async () => {
    const copy = (createRequire(import.meta.url)('@hubline/express') as { hubline: typeof hubline }).hubline
    expect(copy).not.toBe(hubline)
    const build = (app: express.Express): void => {
      app.use('/:a', pass, routerWith('/users/:id'))
    }
    const first = await serveExpress(build)
    const second = await serveExpress(build, { line: (app, _ours, options) => void app.use(copy(options)) })
    for (const served of [first, second, first]) await ask(`${served.url}/x/users/7`)
    expect(await routesOf(second, ['/y/users/7'])).toEqual(['/:a/users/:id'])
    expect(await routesOf(first, ['/y/users/7'])).toEqual(['/:a/users/:id'])
  })
})
