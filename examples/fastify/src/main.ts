import { createApp } from './app.ts'

const { PORT = '3002', CATALOG_URL = 'http://127.0.0.1:3003' } = process.env

const address = await createApp(CATALOG_URL).listen({ port: Number(PORT), host: '127.0.0.1' })
console.log(`payments listens on ${address}`)
