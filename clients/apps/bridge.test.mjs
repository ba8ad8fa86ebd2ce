// The form under the public reference host: `AppBridge` of @modelcontextprotocol/ext-apps, which checks every message.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { created, dataSource } from "./drafts.mjs";
import { startBrowser, view } from "./harness.mjs";

const HOST = `
  import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";
  const { html, result } = await window.setup();
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  document.body.append(frame);
  window.seen = [];
  const bridge = new AppBridge(null, { name: "reference-host", version: "1" }, { serverTools: {}, updateModelContext: { text: {} }, message: { text: {} } }, { hostContext: { theme: "dark", locale: "en-GB" } });
  const note = (what, answer) => async params => { window.seen.push([what, params]); return answer ? answer(params) : {}; };
  bridge.oncalltool = note("call", params => window.called(params));
  bridge.onupdatemodelcontext = note("context");
  bridge.onmessage = note("message");
  bridge.onsizechange = ({ height }) => { window.seen.push(["size", { height }]); frame.style.height = height + "px"; };
  bridge.oninitialized = async () => { await bridge.sendToolInput({ arguments: { id: "erp-products" } }); await bridge.sendToolResult(result); };
  bridge.onerror = error => { console.error(error); };
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  window.bridge = bridge;
  frame.srcdoc = html;
`;

let browser;
before(async () => {
  const { outputFiles: [script] } = await build({ stdin: { contents: HOST, resolveDir: fileURLToPath(new URL(".", import.meta.url)) }, bundle: true, format: "esm", write: false, logLevel: "error" });
  browser = await startBrowser({ "/bridge.html": ["text/html", "<!doctype html><meta charset=utf-8><link rel=icon href='data:,'><style>iframe{width:100%;border:0}</style><body><script type=module src=/bridge.js></script>"], "/bridge.js": ["text/javascript", script.text] });
});
after(() => browser?.stop());

test("draft, edit, submit, created; context, theme change and teardown", async () => {
  const { page, complaints, visit } = await browser.page("/bridge.html");
  const calls = [], html = await view("review.html");
  await page.exposeFunction("setup", () => ({ html, result: dataSource() }));
  await page.exposeFunction("called", params => { calls.push(params); return created; });
  await visit();
  const frame = page.frameLocator("iframe");
  await frame.getByRole("heading", { name: "Create data source" }).waitFor();
  await frame.getByLabel("Name").first().fill("Edited");
  await frame.getByRole("button", { name: "Create data source" }).click();
  await frame.getByRole("heading", { name: "Data source created" }).waitFor();
  assert.deepEqual([calls.length, calls[0].name, calls[0].arguments.name], [1, "create_data_source", "Edited"]);
  await frame.getByRole("button", { name: "Ask the assistant" }).first().click();
  await page.waitForFunction(() => window.seen.some(([what]) => what === "message"));
  const seen = await page.evaluate(() => window.seen);
  assert.match(seen.find(([what]) => what === "context")[1].content[0].text, /created the data source erp-products, after changing name/);
  assert.ok(seen.some(([what, { height }]) => what === "size" && height > 100 && height <= 500));
  assert.equal(await frame.locator("html").evaluate(one => one.style.colorScheme), "dark");
  await page.evaluate(() => window.bridge.setHostContext({ theme: "light", locale: "de" }));
  await frame.getByRole("heading", { name: "Datenquelle angelegt" }).waitFor();
  assert.deepEqual(await page.evaluate(() => window.bridge.teardownResource({})), {});
  assert.deepEqual(complaints, []);
  await page.close();
});
