// For --import: the wall clock of this process jumps when its parent says so; the monotonic clock does not, as in life.
const Real = Date
let skewMs = 0
globalThis.Date = class Date extends Real {
  constructor(...given) {
    if (given.length === 0) super(Real.now() + skewMs)
    else super(...given)
  }

  static now() {
    return Real.now() + skewMs
  }
}
process.on('message', (message) => {
  if ('skewMs' in message) skewMs = message.skewMs
})
