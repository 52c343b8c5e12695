// Nothing is added.
module.exports = {}
