// The whole way of a client to a token, with the public TypeScript clients: discovery, registration, PKCE, a person who signs in
// and ticks one of two workspaces, calls, refresh, step-up, deny, revoke. Arguments: v1 or v2 (the client), forms or chromium (the
// person). Every step is checked; the first that fails ends the run.
import assert from "node:assert/strict";
import { byForms, inChromium, REDIRECT } from "./person.mjs";

const { CARDLOOM_MCP_URL, CARDLOOM_OTHER_URL, CARDLOOM_PERSON, CARDLOOM_PASSWORD } = process.env;
const [version, way] = process.argv.slice(2);
const [here, other] = [new URL(CARDLOOM_MCP_URL), new URL(CARDLOOM_OTHER_URL)];
const workspace = here.pathname.split("/")[1], READ = "cardloom:read", WRITE = "cardloom:write", PUBLISH = "cardloom:publish";

const library = {
  v1: async () => ({ ...await import("@modelcontextprotocol/sdk/client/index.js"), ...await import("@modelcontextprotocol/sdk/client/streamableHttp.js"), ...await import("@modelcontextprotocol/sdk/client/auth.js") }),
  v2: () => import("@modelcontextprotocol/client"),
}[version];
assert.ok(library, "give v1 or v2");
const { Client, StreamableHTTPClientTransport, UnauthorizedError } = await library();
const person = await { forms: byForms, chromium: inChromium }[way](CARDLOOM_PERSON, CARDLOOM_PASSWORD);

// What a client keeps, in memory.
class Kept {
  redirectUrl = REDIRECT;
  clientMetadata = { client_name: "Walk " + version, redirect_uris: [REDIRECT], grant_types: ["authorization_code", "refresh_token"], response_types: ["code"], token_endpoint_auth_method: "none" };
  requests = [];
  state() { return this.expected ??= crypto.randomUUID(); }
  clientInformation() { return this.client; }
  saveClientInformation(client) { this.client = client; }
  tokens() { return this.held; }
  saveTokens(tokens) { this.held = tokens; }
  redirectToAuthorization(url) { this.sentTo = url; }
  saveCodeVerifier(verifier) { this.verifier = verifier; }
  codeVerifier() { return this.verifier; }
  invalidateCredentials(what) { if (what === "tokens" || what === "all") delete this.held; }
  discoveryState() { return this.discovered; }
  saveDiscoveryState(state) { this.discovered = state; }
}

const transport = (kept, url = here) => new StreamableHTTPClientTransport(url, {
  authProvider: kept,
  fetch: (target, init) => { kept.requests.push((init?.method ?? "GET") + " " + new URL(target).pathname); return fetch(target, init); },
});
const newClient = () => new Client({ name: "walk-" + version, version: "1.0.0" }, { capabilities: {}, ...version === "v2" && { versionNegotiation: { mode: "auto" } } });

// Has the person answer what the client asks for, and lets it redeem the code.
async function authorize(kept, through, choice) {
  const answer = await person.answer(kept.sentTo.href, choice);
  assert.equal(answer.url.searchParams.get("state"), kept.expected);
  assert.ok(answer.url.searchParams.get("iss"), "the answer names its issuer");
  if (!choice.deny) await through.finishAuth(version === "v2" ? answer.url.searchParams : answer.url.searchParams.get("code"));
  return answer;
}
// Connects anew; the person is asked where the client wants it.
async function connect(kept, choice) {
  const first = transport(kept);
  const asked = await newClient().connect(first).then(() => false, error => { if (error instanceof UnauthorizedError) return true; throw error; });
  assert.ok(asked, "a client without a token is asked to sign in");
  const answer = await authorize(kept, first, choice);
  const client = newClient();
  await client.connect(transport(kept));
  return { client, answer };
}
const whoami = async client => (await client.callTool({ name: "whoami", arguments: {} })).structuredContent;
const raw = (url, token) => fetch(url, { method: "POST", headers: { Authorization: "Bearer " + token, "Content-Type": "application/json", Accept: "application/json, text/event-stream" }, body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } } }) });
const claims = token => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
const WRITES = { name: "create_data_source", arguments: { id: "not an id", name: "x" } };

async function step(name, act) {
  const began = performance.now();
  const result = await act().catch(error => { console.log("FAILED " + name); throw error; });
  console.log("ok " + name + " " + Math.round(performance.now() - began) + " ms");
  return result;
}

const kept = new Kept();
let client, issuer;

await step("discovery, registration, PKCE", async () => {
  const { client: made, answer } = await connect(kept, { workspaces: [workspace], scopes: [READ] });
  client = made;
  const asked = kept.sentTo.searchParams, path = new URL(kept.sentTo).pathname;
  assert.ok(kept.requests.includes("GET /.well-known/oauth-protected-resource" + here.pathname), kept.requests.join("\n"));
  assert.ok(kept.requests.some(request => request.startsWith("GET /.well-known/oauth-authorization-server") || request.includes("openid-configuration")));
  assert.ok(kept.requests.some(request => /^POST .*\/clients-registrations\//.test(request)));
  assert.equal(asked.get("resource"), here.href);
  assert.equal(asked.get("code_challenge_method"), "S256");
  assert.match(asked.get("code_challenge"), /^[\w-]{43}$/);
  assert.match(path, /\/realms\/cardloom\//);
  issuer = kept.sentTo.origin + path.replace(/\/protocol\/.*/, "");
  assert.deepEqual(answer.workspaces.sort(), [workspace, other.pathname.split("/")[1]].sort(), "both workspaces can be chosen");
  assert.ok([READ, WRITE, PUBLISH].every(scope => answer.asked.includes(scope)), answer.asked.join(" "));
});
await step("a call works in the workspace that was ticked", async () => {
  const who = await whoami(client);
  assert.deepEqual([who.workspace, who.workspaces, who.scopes, who.authentication], [workspace, [workspace], [READ], "PERSON"]);
  assert.equal(who.clientId, kept.client.client_id);
  assert.ok(who.hiddenTools.some(tool => tool.tool === "import_data" && tool.why.includes(WRITE)), JSON.stringify(who.hiddenTools));
});
await step("the token is refused in the other", async () => {
  const refused = await raw(other, kept.held.access_token);
  assert.equal(refused.status, 401);
  const challenge = refused.headers.get("www-authenticate");
  assert.match(challenge, /error="invalid_token"/);
  assert.ok(challenge.includes(`resource_metadata="${other.origin}/.well-known/oauth-protected-resource${other.pathname}"`), challenge);
  assert.equal(refused.headers.get("cache-control"), "no-store");
});
await step("a refused token is refreshed, and what was chosen stays", async () => {
  const before = kept.held;
  kept.held = { ...before, access_token: before.access_token.slice(0, -6) + "AAAAAA" };
  assert.deepEqual((await whoami(client)).scopes, [READ]);
  assert.notEqual(kept.held.refresh_token, before.refresh_token, "a refresh token is used once");
  assert.deepEqual(claims(kept.held.access_token).workspaces, [workspace]);
});
await step("a tool that needs more leads to a second approval", async () => {
  delete kept.expected;
  delete kept.sentTo;
  const refused = await fetch(here, { method: "POST", headers: { Authorization: "Bearer " + kept.held.access_token, "Content-Type": "application/json", Accept: "application/json, text/event-stream" }, body: JSON.stringify({ jsonrpc: "2.0", id: 2, method: "tools/call", params: WRITES }) });
  assert.equal(refused.status, 403);
  const challenge = refused.headers.get("www-authenticate");
  assert.match(challenge, /error="insufficient_scope"/);
  assert.match(challenge, new RegExp(`scope="${READ} ${WRITE}"`), "what it holds and what it lacks");
  const through = transport(kept);
  client = newClient();
  await client.connect(through);
  await client.callTool(WRITES).then(() => assert.fail("it cannot work yet"), error => {
    // The first version refreshes where it should ask anew: it has to begin again.
    if (version === "v2") assert.ok(error instanceof UnauthorizedError, String(error));
  });
  if (version === "v1") {
    delete kept.held;
    ({ client } = await connect(kept, { workspaces: [workspace], scopes: [READ, WRITE] }));
  } else {
    assert.ok(kept.sentTo.searchParams.get("scope").split(" ").includes(WRITE));
    await authorize(kept, through, { workspaces: [workspace], scopes: [READ, WRITE] });
    client = newClient();
    await client.connect(transport(kept));
  }
  const answer = await client.callTool(WRITES);
  assert.match(answer.content[0].text, /validation_failed/, "it is let through, and refused for its id alone");
  assert.deepEqual((await whoami(client)).scopes.sort(), [READ, WRITE].sort());
});
await step("who denies gives nothing", async () => {
  const denied = new Kept(), first = transport(denied);
  await newClient().connect(first).then(() => assert.fail("no token yet"), error => assert.ok(error instanceof UnauthorizedError, String(error)));
  const { url } = await authorize(denied, first, { workspaces: [], deny: true });
  assert.equal(url.searchParams.get("error"), "access_denied");
  assert.equal(url.searchParams.get("code"), null);
});
await step("a refresh token that was used ends the session", async () => {
  const token = form => fetch(issuer + "/protocol/openid-connect/token", { method: "POST", body: new URLSearchParams({ grant_type: "refresh_token", client_id: kept.client.client_id, ...form }) });
  const old = kept.held.refresh_token, fresh = await (await token({ refresh_token: old })).json();
  assert.ok(fresh.access_token, JSON.stringify(fresh));
  const replayed = await token({ refresh_token: old });
  assert.equal((await replayed.json()).error, "invalid_grant");
  assert.equal((await (await token({ refresh_token: fresh.refresh_token })).json()).error, "invalid_grant", "the newest one ends with it");
});
await step("a revoked client has to ask again", async () => {
  delete kept.held; delete kept.expected;
  ({ client } = await connect(kept, { workspaces: [workspace] }));
  const { refresh_token } = kept.held, body = new URLSearchParams({ token: refresh_token, token_type_hint: "refresh_token", client_id: kept.client.client_id });
  assert.equal((await fetch(issuer + "/protocol/openid-connect/revoke", { method: "POST", body })).status, 200);
  kept.held = { ...kept.held, access_token: kept.held.access_token.slice(0, -6) + "AAAAAA" };
  delete kept.sentTo;
  await whoami(client).then(() => assert.fail("the token is revoked"), error => assert.ok(error instanceof UnauthorizedError, String(error)));
  assert.ok(kept.sentTo, "the client sends the person to sign in");
});
await person.close();
console.log("done oauth-" + version + "-" + way);
process.exit(0);
