/** A middleware in the connect manner as a variant of every framework. */
exports.everywhere = (middleware) => ({
  express: (app) => app.use(middleware),
  fastify: (app) =>
    void app.addHook('onRequest', (request, reply, done) => middleware(request.raw, reply.raw, done)),
  nest: (app) => app.use(middleware),
})
