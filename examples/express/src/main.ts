import { createApp } from './app.ts'

const { PORT = '3001', PAYMENTS_URL = 'http://127.0.0.1:3002' } = process.env

const server = createApp(PAYMENTS_URL).listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address()
  console.log(
    `shop listens on http://127.0.0.1:${typeof address === 'object' && address ? address.port : PORT}`,
  )
})
