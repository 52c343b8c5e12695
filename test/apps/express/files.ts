import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { callbackify } from 'node:util'
import busboy from 'busboy'
import express, { type NextFunction, type Request, type Response } from 'express'
import { makeFiles, multipart } from '../files.ts'
import { expressApp } from './make.ts'

const folder = makeFiles()
const JS = { path: '/static/app.js' }

export const files = [
  expressApp(
    'a site of static files',
    [
      JS,
      { ...JS, method: 'HEAD' },
      { ...JS, headers: { Range: 'bytes=0-9' } },
      { ...JS, headers: { Range: 'bytes=-5' } },
      { ...JS, headers: { Range: 'bytes=0-1,4-5' } },
      { ...JS, headers: { Range: 'bytes=99999-' } },
      { ...JS, headers: { Range: 'bytes=0-9', 'If-Range': '"other"' } },
      { ...JS, headers: { 'If-Modified-Since': 'Wed, 15 Nov 2023 00:00:00 GMT' } },
      { ...JS, headers: { 'If-Unmodified-Since': 'Wed, 15 Nov 2000 00:00:00 GMT' } },
      { ...JS, method: 'POST' },
      { path: '/static' },
      { path: '/static/' },
      { path: '/static/.secret' },
      { path: '/static/%2e%2e/etc' },
      { path: '/static/nowhere.js' },
      { path: '/strict/nowhere.js' },
      { path: '/strict/%00' },
    ],
    (app) => {
      const setHeaders = (res: Response) => void res.setHeader('X-Served-By', 'disk')
      app.use('/static', express.static(folder, { maxAge: '1d', immutable: true, setHeaders }))
      app.use('/strict', express.static(folder, { fallthrough: false, etag: false, lastModified: false }))
      app.use((_req, res) => void res.status(404).type('text').send('no such page'))
    },
    {
      errors: ['Range Not Satisfiable', 'Precondition Failed', expect404('nowhere.js'), 'Bad Request'],
    },
  ),

  expressApp(
    'downloads',
    [
      { path: '/report' },
      { path: '/report', headers: { Range: 'bytes=4-' } },
      { path: '/named' },
      { path: '/page' },
      { path: '/nothing' },
      { path: '/caught' },
      { path: '/outside' },
      { path: '/attached' },
    ],
    (app) => {
      app.get('/report', (_req, res) => res.download(join(folder, 'report 1.txt')))
      app.get('/named', (_req, res) => res.download(join(folder, 'report 1.txt'), 'Übersicht.txt'))
      app.get('/page', (_req, res) => res.sendFile('index.html', { root: folder, maxAge: 1000 }))
      app.get('/nothing', (_req, res) => res.sendFile('nothing.html', { root: folder }))
      app.get('/caught', (_req, res) => {
        res.sendFile(
          'nothing.html',
          { root: folder },
          (error) => void (error && res.status(410).send('gone')),
        )
      })
      app.get('/outside', (_req, res) => res.sendFile('../../etc/hosts', { root: folder }))
      app.get('/attached', async (_req, res, next) => {
        try {
          res.attachment('list.csv').send(await readFile(join(folder, 'report 1.txt')))
        } catch (error) {
          next(error)
        }
      })
      app.use((error: Error & { status?: number }, _req: Request, res: Response, next: NextFunction) => {
        if (res.headersSent) next(error)
        else res.status(error.status ?? 500).json({ status: error.status })
      })
    },
    { errors: [expect404('nothing.html'), 'Forbidden'] },
  ),

  expressApp(
    'a form with uploads',
    [
      {
        method: 'POST',
        path: '/upload',
        ...multipart([
          { name: 'title', value: 'chair' },
          { name: 'file', file: 'a.txt', value: 'x'.repeat(3000) },
        ]),
      },
      {
        method: 'POST',
        path: '/upload',
        ...multipart([{ name: 'file', file: 'big.txt', value: 'x'.repeat(9000) }]),
      },
      { method: 'POST', path: '/upload', headers: { 'Content-Type': 'multipart/form-data' }, body: 'x' },
      {
        method: 'POST',
        path: '/upload',
        headers: { 'Content-Type': 'multipart/form-data; boundary=edge' },
        body: '--edge\r\nContent',
      },
      {
        method: 'PUT',
        path: '/raw/7',
        headers: { 'Content-Type': 'image/png' },
        body: Buffer.from([137, 80, 78, 71]),
      },
      { method: 'PUT', path: '/raw/7', headers: { 'Content-Type': 'image/png' }, body: Buffer.alloc(2000) },
      { method: 'PUT', path: '/piped', body: 'y'.repeat(70_000) },
    ],
    (app) => {
      app.post('/upload', (req, res, next) => {
        const seen: object[] = []
        let parser: ReturnType<typeof busboy>
        try {
          parser = busboy({ headers: req.headers, limits: { fileSize: 4096 } })
        } catch (error) {
          return void res.status(415).json({ error: (error as Error).message })
        }
        parser.on('field', (name: string, value: string) => seen.push({ name, value }))
        parser.on(
          'file',
          (name: string, file: NodeJS.ReadableStream & { truncated?: boolean }, info: object) => {
            let size = 0
            file.on('data', (chunk: Buffer) => void (size += chunk.length))
            file.on('end', () => seen.push({ name, size, truncated: file.truncated, info }))
          },
        )
        parser.on('error', next)
        parser.on('close', () => res.headersSent || res.status(201).json(seen))
        req.pipe(parser)
      })
      app.put('/raw/:id', express.raw({ type: 'image/*', limit: 1000 }), (req, res) => {
        res.json({ id: req.params['id'], bytes: (req.body as Buffer).length })
      })
      app.put('/piped', (req, res) => {
        res.status(200).type('text')
        req.pipe(res)
      })
      app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
        res.status(422).json({ error: error.message })
      })
    },
    { errors: ['Unexpected end of form', 'request entity too large'] },
  ),

  expressApp(
    'pages of a template engine, on a unix socket',
    [
      { path: '/hello/Ada' },
      { path: '/hello/%3Cb%3E' },
      { path: '/locals' },
      { path: '/missing' },
      { path: '/broken' },
      { path: '/asked' },
    ],
    (app) => {
      app.engine('html', (path, options, done) => {
        callbackify(render)(path, options as Record<string, unknown>, done)
      })
      app.set('views', folder).set('view engine', 'html').set('view cache', true)
      app.locals['name'] = 'nobody'
      app.get('/hello/:name', (req, res) => res.render('page', { name: req.params['name'] }))
      app.get('/locals', (_req, res) => res.render('page'))
      app.get('/missing', (_req, res, next) => {
        res.render('nothing', (error: Error | null, html?: string) =>
          error ? next(new Error('no such view')) : res.send(html),
        )
      })
      app.get('/broken', (_req, res) => res.render('broken'))
      app.get('/asked', (req, res) => res.render('page', { name: req.ip === undefined ? 'local' : 'remote' }))
      app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
        res.status(500).render('page', { name: error.message })
      })
      return join(folder, 'shop.sock')
    },
    { errors: ['no such view', 'the template never ends'] },
  ),
]

function expect404(name: string): string {
  return `ENOENT: no such file or directory, stat '${join(folder, name)}'`
}

async function render(path: string, values: Record<string, unknown>): Promise<string> {
  const source = await readFile(path, 'utf8')
  if (source === '{{') throw new SyntaxError('the template never ends')
  return source.replace(/{{(\w+)}}/g, (_, name: string) => escape(String(values[name])))
}
