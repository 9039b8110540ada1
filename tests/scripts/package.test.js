// The client as npm packs it: what package.json promises is there, and nothing else.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(
  new URL("../../cx_feedback/core/static/cx_feedback/core/client/", import.meta.url),
);
const read = (name) => readFileSync(join(FOLDER, name), "utf8");
const described = JSON.parse(read("package.json"));
const npm = (...args) => execFileSync("npm", args, { cwd: FOLDER, stdio: "pipe", timeout: 60_000 });

function hasNpm() {
  try {
    return Boolean(npm("--version"));
  } catch {
    return false;
  }
}

test("npm packs the client with its types, README and licence", { skip: !hasNpm() }, () => {
  const [{ files, name }] = JSON.parse(npm("pack", "--dry-run", "--json", "--offline"));
  assert.equal(name, described.name);
  assert.deepEqual(files.map(({ path }) => path).sort(), [
    "LICENSE",
    "README.md",
    "client.d.ts",
    "client.js",
    "package.json",
  ]);
});

test("all files that package.json names are there", () => {
  const { exports, files, main, types } = described;
  assert.deepEqual(exports, { ".": { types, default: main } });
  for (const name of [...files, main, types]) assert.ok(existsSync(join(FOLDER, name)), name);
  const top = fileURLToPath(new URL("../../LICENSE", import.meta.url));
  assert.equal(read("LICENSE"), readFileSync(top, "utf8"));
});

test("a program imports what the README imports, and the types declare it", (t) => {
  const [, names] = read("README.md").match(/import \{ (.+?) \} from "wagtail-cx-feedback-client"/);
  const project = mkdtempSync(join(tmpdir(), "cx-client-"));
  t.after(() => rmSync(project, { recursive: true }));
  cpSync(FOLDER, join(project, "node_modules", described.name), { recursive: true });
  const calls = [...read("README.md").matchAll(/\bcx\.(\w+)\(/g)].map(([, call]) => call);
  const used = `import { ${names} } from "${described.name}";
    const cx = new FeedbackClient("https://magazine.example/feedback/api/v1/");
    console.log([${names}].map((one) => typeof one).join(), ${JSON.stringify(calls)}.map((name) => typeof cx[name]).join());`;
  writeFileSync(join(project, "page.mjs"), used);
  const printed = execFileSync(process.execPath, ["page.mjs"], { cwd: project, encoding: "utf8" });
  assert.deepEqual(new Set(printed.trim().split(/[ ,]/)), new Set(["function"]));
  const types = read(described.types);
  for (const name of names.split(", "))
    assert.match(types, new RegExp(`^export class ${name}\\b`, "m"));
  for (const call of calls) assert.match(types, new RegExp(`^ {2}${call}\\(`, "m"));
});
