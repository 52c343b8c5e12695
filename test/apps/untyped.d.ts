// Packages of the apps that bring no types: as much of them as is used.
declare module 'compression' {
  const compression: (options?: { threshold?: number }) => import('express').RequestHandler
  export default compression
}
declare module 'cookie-session' {
  const session: (options: object) => import('express').RequestHandler
  export default session
}
declare module 'cors' {
  const cors: (options?: object) => import('express').RequestHandler
  export default cors
}
declare module 'busboy' {
  const busboy: (options: object) => import('node:stream').Writable
  export default busboy
}
