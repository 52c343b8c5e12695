export interface RouterLike {
  stack?: ({ handle: unknown } & object)[]
}

/** The router of an app: Express 4 keeps it under `_router` and throws at a look at `router`. */
export function routerOf(app: unknown): RouterLike | undefined {
  const { _router } = app as { _router?: RouterLike }
  if (_router) return _router
  try {
    return (app as { router?: RouterLike }).router
  } catch {
    return undefined
  }
}
