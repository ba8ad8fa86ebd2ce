// The TypeScript SDK in its first version: @modelcontextprotocol/sdk.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import assert from "node:assert/strict";
import { url, work } from "./work.mjs";

async function connect(token) {
  const client = new Client({ name: "stack-sdk-v1", version: "1.0.0" }, { capabilities: { elicitation: {} } });
  const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers: { Authorization: "Bearer " + token } } });
  await client.connect(transport);
  assert.equal(client.getServerVersion().name, "cardloom");
  assert.equal(transport.protocolVersion, "2025-11-25");
  assert.equal(transport.sessionId, undefined, "there are no sessions");
  return {
    era: transport.protocolVersion, streams: true,
    tools: async () => (await client.listTools()).tools,
    call: (name, args, options) => client.callTool({ name, arguments: args }, CallToolResultSchema, options),
    resources: async () => (await client.listResources()).resources,
    read: async uri => (await client.readResource({ uri })).contents[0].text,
    prompts: async () => (await client.listPrompts()).prompts,
    prompt: async (name, args) => (await client.getPrompt({ name, arguments: args })).messages[0].content.text,
    complete: async (ref, argument) => (await client.complete({ ref, argument })).completion.values,
    as: connect,
    close: () => client.close(),
  };
}

await work("sdk-v1", connect);
