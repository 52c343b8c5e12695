const express = require('express')
const { hubline } = require('@hubline/express')

const app = express()
app.use(hubline())
app.get('/users/:id', (req, res) => res.json({ id: req.params.id }))

const server = app.listen(0, '127.0.0.1', async () => {
  const response = await fetch(`http://127.0.0.1:${server.address().port}/users/7`)
  console.log(await response.text())
  server.close()
})
