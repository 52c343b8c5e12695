// One line, as a user writes it; the environment says where to.
exports.express = (app) => app.use(require('@hubline/express').hubline())

exports.fastify = (app) => app.register(require('@hubline/fastify').hubline)

exports.imports = () => [require('@hubline/nestjs').HublineModule.forRoot()]
