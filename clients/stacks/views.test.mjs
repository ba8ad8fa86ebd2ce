// The views over the aggregator of a running stack: what it hands out, with its own answers and nothing made up.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { faint, PICTURES, startBrowser, unnamed } from "../apps/harness.mjs";

const { CARDLOOM_MCP_URL, CARDLOOM_TOKEN, CARDLOOM_ENTRY } = process.env;
const MARKER = randomUUID().slice(0, 8);
// What a value may hold and a page must not take for anything but text.
const SCRIPT = "<script>alert(1)</script>", IMAGE = "<img src=x onerror=alert(2)>", RIGHT_TO_LEFT = "منتج \u202Eممتاز", LONG = "long ".repeat(398) + "<b>end";

let browser, host;
before(async () => {
  host = new Client({ name: "host", version: "1.0.0" }, { capabilities: { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } } }, versionNegotiation: { mode: "auto" } });
  await host.connect(new StreamableHTTPClientTransport(new URL(CARDLOOM_MCP_URL), { requestInit: { headers: { Authorization: "Bearer " + CARDLOOM_TOKEN } } }));
  browser = await startBrowser({}, join(PICTURES, "../screenshots-of-a-stack"));
});
after(async () => { await browser?.stop(); await host?.close(); });

const call = (name, args) => host.callTool({ name, arguments: args });
const data = async (name, args) => {
  const result = await call(name, args);
  assert.ok(!result.isError, JSON.stringify(result.content));
  return result.structuredContent;
};
// As a host does it: the tool names its page, the page comes as a resource, and what it calls goes to the server.
async function show(tool, input, options = {}) {
  const { tools } = await host.listTools(), uri = tools.find(one => one.name === tool)._meta.ui.resourceUri;
  const { contents: [{ text: html, mimeType }] } = await host.readResource({ uri });
  assert.equal(mimeType, "text/html;profile=mcp-app");
  const result = await call(tool, input);
  return browser.open(uri, { html, input, result, context: { toolInfo: { tool: { name: tool } } }, called: ({ name, arguments: args }) => call(name, args), ...options });
}
const create = app => app.frame.locator("#create");
const done = app => app.frame.locator("#outcome").waitFor();
const nodeOf = async id => (await data("list_configuration", { kinds: ["data_source", "endpoint"] })).nodes.find(node => node.id === id);

test("a data source is drafted, put right, created, and there", async () => {
  const id = "reviewed-" + MARKER;
  const app = await show("draft_data_source", { id, languages: ["en", "sv_SE!"], properties: [{ id: "Title", type: "LOCALIZED_TEXT" }, { id: "colours", type: "LIST" }, { id: "price", type: "DECIMAL" }] });
  await app.frame.getByRole("heading", { name: "Create data source" }).waitFor();
  await app.picture("draft-with-problems");
  const links = app.frame.locator("#summary a");
  assert.deepEqual((await links.allTextContents()).toSorted(), ["Languages", "Name"]);
  assert.equal(await app.frame.locator("#status").textContent(), "2 problems are in the way.");
  // Created all the same, it is refused and says so at the same fields.
  await create(app).click();
  await app.frame.getByRole("heading", { name: "Problems: " }).waitFor();
  assert.equal(await nodeOf(id), undefined);

  await app.frame.getByLabel("Name").first().fill("Reviewed " + MARKER);
  await app.frame.getByRole("button", { name: "Remove sv_SE!" }).click();
  const languages = app.frame.getByLabel("Languages");
  await languages.fill("sv-SE");
  await languages.press("Enter");
  await app.frame.locator(".item summary", { hasText: "colours" }).click();
  assert.equal(await app.frame.getByLabel("Delimiter").inputValue(), "|", "the default that the draft filled in");
  await app.frame.getByLabel("Delimiter").fill(";");
  await app.frame.getByRole("button", { name: "Check again" }).click();
  await app.frame.getByText("Checked: no problems.").waitFor();
  assert.equal(await nodeOf(id), undefined, "a draft stores nothing");
  await app.picture("draft-put-right");
  assert.deepEqual([await faint(app.inside), await unnamed(app.inside)], [[], []]);
  await create(app).click();
  await done(app);
  await app.picture("created");
  assert.equal((await nodeOf(id)).name, "Reviewed " + MARKER);
  const { source, properties } = await data("describe_data_source_schema", { sourceId: id });
  assert.deepEqual(source.languages, ["en", "sv-SE"]);
  assert.deepEqual(properties.map(({ id, type, delimiter }) => [id, type, delimiter]).toSorted(), [["colours", "LIST", ";"], ["price", "DECIMAL", undefined], ["title", "LOCALIZED_TEXT", undefined]]);
  await app.page.waitForFunction(() => window.messages.filter(one => one.method === "ui/update-model-context").length === 2);
  const [refused, told] = (await app.messages("ui/update-model-context")).map(({ params }) => params.structuredContent);
  assert.equal(refused.refused.code, "validation_failed");
  assert.deepEqual(told.created, { tool: "create_data_source", id, version: 1 });
  await app.close();

  // The same again is refused: there is one.
  const again = await show("draft_data_source", { id, name: "Again", properties: [] });
  await again.frame.getByText("exists already", { exact: false }).or(again.frame.getByText("already", { exact: false })).first().waitFor();
  await again.close();
});

test("hostile values are text in the form, in the workspace and in its graph", async () => {
  const id = "hostile-" + MARKER, name = SCRIPT + " " + MARKER;
  const properties = [{ id: "script", displayName: SCRIPT }, { id: "image", displayName: IMAGE, description: LONG }, { id: "right", displayName: RIGHT_TO_LEFT }];
  const app = await show("draft_data_source", { id, name, description: LONG, languages: ["en"], properties });
  await create(app).waitFor();
  assert.equal(await app.frame.getByLabel("Name").first().inputValue(), name);
  assert.equal(await app.frame.getByLabel("Description").first().inputValue(), LONG);
  for (const text of [SCRIPT, IMAGE]) assert.equal(await app.frame.getByText(text).first().isVisible(), true);
  await app.frame.locator(".item summary", { hasText: "image" }).click();
  await app.picture("hostile");
  await create(app).click();
  await done(app);
  await app.picture("hostile-created");
  assert.equal(await app.inside.evaluate(() => document.scripts.length + document.images.length), 2, "two scripts of our own");
  await app.close();
  assert.equal((await nodeOf(id)).name, name);
  const { source, properties: stored } = await data("describe_data_source_schema", { sourceId: id });
  assert.deepEqual([source.name, source.description], [name, LONG]);
  assert.deepEqual(stored.map(one => one.displayName).toSorted(), [SCRIPT, IMAGE, RIGHT_TO_LEFT].toSorted());

  const graph = await show("list_configuration", {});
  await graph.frame.getByText(name.slice(0, 20), { exact: false }).first().waitFor();
  await graph.picture("graph");
  await graph.close();
});

test("a value too long is told at its field, and nothing breaks", async () => {
  const app = await show("draft_data_source", { id: "x".repeat(5_000), name: "Long", description: LONG.repeat(10), properties: [] });
  await app.frame.getByRole("link", { name: "ID" }).waitFor();
  await app.frame.getByRole("link", { name: "Description" }).waitFor();
  await app.picture("too-long");
  assert.equal(await app.inside.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  await app.close();
});

test("an endpoint is drafted with what it would serve, and created", async () => {
  const destinationId = "of-views-" + MARKER;
  await data("create_destination", { identifier: destinationId, languages: ["en"] });
  const { apiVersion } = await data("create_api_version", { destinationId });
  const app = await show("draft_endpoint", { apiVersionId: apiVersion.id, path: "reviewed", cardDefinitionId: "product", properties: [{ identifier: "name", as: "title" }, { identifier: "manufacturer" }, { identifier: "price" }],
    facets: [{ property: "manufacturer" }] });
  const { total } = await data("search_cards", { cardDefinitionId: "product", query: { countOnly: true } });
  await app.frame.getByText(total + " cards match").waitFor();
  const table = app.frame.getByRole("region", { name: "Preview" });
  assert.deepEqual((await table.locator("th").allTextContents()).toSorted(), ["id", "manufacturer", "price", "title"]);
  assert.equal(await table.locator("tbody tr").count(), 5);
  await app.picture("endpoint");
  await app.frame.getByLabel("Name").first().fill("Reviewed");
  await create(app).click();
  await done(app);
  await app.picture("endpoint-created");
  assert.equal((await nodeOf(apiVersion.id + ".reviewed")).name, "Reviewed");
  await app.close();
});

test("the way of an entry is a timeline", async () => {
  const app = await show("trace_entry_lifecycle", { sourceId: "products", entryId: CARDLOOM_ENTRY });
  await app.frame.getByText("is everywhere it belongs", { exact: false }).first().waitFor();
  await app.picture("timeline");
  assert.deepEqual([await faint(app.inside), await unnamed(app.inside)], [[], []]);
  await app.close();
});
