// Where the modules are, as they are served.
import { register } from "node:module";

register("./served_modules.js", import.meta.url);

const root = new URL("../../cx_feedback/", import.meta.url);

// Imports "surveys/routing.js" and the like.
export function load(name) {
  const [room] = name.split("/");
  return import(new URL(`${room}/static/cx_feedback/${name}`, root));
}
