// Resolves imports as the server does: there all rooms stand below one address, here each has a
// directory of its own.
const OTHER_ROOM = /\/cx_feedback\/\w+\/static\/cx_feedback\/(\w+)\//;

export function resolve(specifier, context, next) {
  if (!specifier.startsWith("../")) return next(specifier, context);
  const { href } = new URL(specifier, context.parentURL);
  return next(href.replace(OTHER_ROOM, "/cx_feedback/$1/static/cx_feedback/$1/"), context);
}
