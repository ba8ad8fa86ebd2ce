// The Inspector's command line, a process a request; the argument is the era it speaks: `legacy` or `modern`. It completes
// nothing, asks nobody and tells no progress.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { url, work } from "./work.mjs";

const era = process.argv[2], TOOL_REFUSED = 5, ANSWER_BYTES_MAX = 8 << 20;
assert.ok(["legacy", "modern"].includes(era), "give legacy or modern");
const program = join(createRequire(import.meta.url).resolve("@modelcontextprotocol/inspector/package.json"), "../clients/launcher/build/index.js");
// It keeps a list of servers in the home folder: one of its own, which is removed at the end.
const home = await mkdtemp(join(tmpdir(), "cardloom-inspector-"));

async function connect(token) {
  const run = (method, ...rest) => new Promise((resolve, reject) => execFile(process.execPath,
    [program, "--cli", url.href, "--transport", "http", "--protocol-era", era, "--stored-auth-only", "--header", "Authorization: Bearer " + token, "--format", "json", "--method", method, ...rest],
    { env: { ...process.env, HOME: home }, maxBuffer: ANSWER_BYTES_MAX },
    (error, out, err) => error && (error.code !== TOOL_REFUSED || !out) ? reject(new Error(method + ": " + err)) : resolve({ ...JSON.parse(out), code: error?.code ?? 0 })));
  const { result: hello } = await run("initialize");
  assert.equal(hello.serverInfo.name, "cardloom");
  const revision = { legacy: "2025-11-25", modern: "2026-07-28" }[era];
  assert.equal(hello.protocolVersion, revision);
  return {
    era: revision, costly: true,
    // `--strict` ends with another code where a schema is not portable.
    tools: async () => (await run("tools/list", "--strict")).result.tools,
    call: async (name, args) => {
      const { result, code } = await run("tools/call", "--tool-name", name, "--tool-args-json", JSON.stringify(args));
      assert.equal(code === TOOL_REFUSED, result.isError === true);
      return result;
    },
    resources: async () => (await run("resources/list")).result.resources,
    read: async uri => (await run("resources/read", "--uri", uri)).result.contents[0].text,
    prompts: async () => (await run("prompts/list")).result.prompts,
    prompt: async (name, args) => (await run("prompts/get", "--prompt-name", name, "--prompt-args", ...Object.entries(args).map(pair => pair.join("=")))).result.messages[0].content.text,
    close: async () => {},
  };
}

try {
  await work("inspector-" + era, connect);
} finally {
  await rm(home, { recursive: true, force: true });
}
