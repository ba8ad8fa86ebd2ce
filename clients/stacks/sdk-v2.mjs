// The TypeScript client in its second version, @modelcontextprotocol/client; the argument is how it agrees on a revision:
// `auto` asks the server, `pin` insists on 2026-07-28.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import assert from "node:assert/strict";
import { url, work } from "./work.mjs";

const REVISION = "2026-07-28", way = process.argv[2];
const mode = { auto: "auto", pin: { pin: REVISION } }[way];
assert.ok(mode, "give auto or pin");

async function connect(token) {
  const client = new Client({ name: "stack-sdk-v2", version: "1.0.0" }, { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode } });
  const answers = [], asked = [];
  client.setRequestHandler("elicitation/create", request => { asked.push(request.params); return answers.shift() ?? { action: "cancel" }; });
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers: { Authorization: "Bearer " + token } } }));
  assert.deepEqual([client.getServerVersion().name, client.getProtocolEra(), client.getNegotiatedProtocolVersion()], ["cardloom", "modern", REVISION]);
  return {
    era: REVISION, answers, asked, streams: true, cancels: true,
    tools: async () => (await client.listTools()).tools,
    call: (name, args, options) => client.callTool({ name, arguments: args }, options),
    resources: async () => (await client.listResources()).resources,
    read: async uri => (await client.readResource({ uri })).contents[0].text,
    prompts: async () => (await client.listPrompts()).prompts,
    prompt: async (name, args) => (await client.getPrompt({ name, arguments: args })).messages[0].content.text,
    complete: async (ref, argument) => (await client.complete({ ref, argument })).completion.values,
    as: connect,
    close: () => client.close(),
  };
}

await work("sdk-v2-" + way, connect);
