// The configuration graph in a real browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { refusal, result } from "./drafts.mjs";
import { faint, startBrowser, unnamed } from "./harness.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.stop());
const open = options => browser.open("graph.html", options);

const node = (kind, id, name, status, count) => ({ kind, id, name, status, ...(count === undefined ? {} : { count }) });
const CONFIGURATION = {
  nodes: [
    node("data_source", "erp-products", "ERP products", "ACTIVE", 48210), node("data_source", "pim-texts", "PIM texts", "ACTIVE", 48012), node("data_source", "dam-images", "DAM images", "ACTIVE", 120344),
    node("data_source", "stores", "Stores", "ACTIVE", 312), node("data_source", "product", "Product (old)", "", 91000),
    node("card_definition", "product", "Product", "ACTIVE", 48210), node("card_definition", "store", "Store", "PENDING_CHANGES", 312), node("card_definition", "campaign", "Campaign", "DRAFT", 0),
    node("destination", "webshop", "Webshop", ""), node("destination", "app", "Store app with a long name", ""),
    node("api_version", "webshop.v1", "v1", "STOPPED"), node("api_version", "webshop.v2", "v2", "ACTIVE"), node("api_version", "app.v1", "v1", "NEW"),
    node("endpoint", "webshop.v1.products", "Products", "STOPPED", 0), node("endpoint", "webshop.v2.products", "Products", "ACTIVE", 48100), node("endpoint", "webshop.v2.stores", "Stores", "ACTIVE", 312), node("endpoint", "app.v1.nearby", "Nearby stores", "NEW", 0),
  ],
  links: [
    ...["erp-products", "pim-texts", "dam-images", "product"].map(from => ({ from, to: "product", type: "feeds" })), { from: "stores", to: "store", type: "feeds" }, { from: "dam-images", to: "store", type: "feeds" },
    ...["webshop.v1.products", "webshop.v2.products"].map(to => ({ from: "product", to, type: "publishes" })), ...["webshop.v2.stores", "app.v1.nearby"].map(to => ({ from: "store", to, type: "publishes" })),
    ...["webshop.v1", "webshop.v2"].map(to => ({ from: "webshop", to, type: "contains" })), { from: "app", to: "app.v1", type: "contains" },
    ...["webshop.v1.products", "webshop.v2.products", "webshop.v2.stores", "app.v1.nearby"].map(to => ({ from: to.split(".").slice(0, 2).join("."), to, type: "contains" })),
  ],
  unavailable: [], truncated: false,
};
const button = (app, name) => app.frame.getByRole("button", { name, exact: true });
const focused = app => app.inside.evaluate(() => document.activeElement.computedName);

test("objects stand in columns by kind and every link is drawn", async () => {
  const app = await open({ result: result(CONFIGURATION) });
  await app.frame.getByText("17 objects, 17 links").waitFor();
  assert.deepEqual(await app.frame.locator(".heads span").allTextContents(), ["Data sources 5", "Card definitions 3", "Endpoints 4", "API versions 3", "Destinations 2"]);
  assert.equal(await app.frame.locator(".node").count(), 17);
  assert.equal(await app.frame.locator(".plane path").count(), 17);
  const lefts = await app.frame.locator(".node").evaluateAll(all => [...new Set(all.map(one => one.style.left))].length);
  assert.equal(lefts, 5);
  assert.equal(await app.inside.evaluate(() => document.querySelector(".graph").scrollWidth <= document.querySelector(".graph").clientWidth), true, "it fits its width");
  const crossed = await app.frame.locator(".node").evaluateAll(all => { const boxes = all.map(one => one.getBoundingClientRect()); return boxes.some((a, i) => boxes.some((b, j) => i < j && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)); });
  assert.equal(crossed, false, "no object covers another");
  await app.picture("graph");
  await app.close();
});

test("an object shows its details and lights up what it feeds and comes from", async () => {
  const app = await open({ result: result(CONFIGURATION) });
  await button(app, "Data source, DAM images, Active, 120,344").click();
  const details = app.frame.locator("#details");
  assert.match(await details.textContent(), /DAM images.*dam-images.*ToProductStore/);
  assert.deepEqual((await app.frame.locator(".node.on bdi").allTextContents()).sort(), ["DAM images", "Nearby stores", "Product", "Products", "Products", "Store", "Stores", "v1", "v1", "v2"].filter(name => !/^v/.test(name)).sort());
  await app.picture("graph-chosen");
  await details.getByRole("button", { name: "Store" }).click();
  assert.match(await details.textContent(), /Card definition, Store/);
  assert.equal(await focused(app), "Card definition, Store, Pending changes, 312");
  const [context] = await app.messages("ui/update-model-context");
  assert.match(context.params.content[0].text, /data source dam-images/);
  await app.close();
});

test("the same id in two kinds: a link goes between the kinds", async () => {
  const app = await open({ result: result(CONFIGURATION) });
  await button(app, "Data source, Product (old), 91,000").click();
  assert.match(await app.frame.locator("#details").textContent(), /ToProduct$/);
  await app.close();
});

test("the keyboard reaches every object: one stop, then the arrow keys", async () => {
  const app = await open({ result: result(CONFIGURATION) });
  await app.frame.locator(".node").first().waitFor();
  assert.equal(await app.frame.locator(".node[tabindex='0']").count(), 1);
  await app.frame.locator(".node[tabindex='0']").focus();
  const keys = app.page.keyboard, met = new Set();
  for (let column = 0; column < 5; column++) {
    await keys.press("Home");
    for (let i = 0; i < 6; i++) { met.add(await app.inside.evaluate(() => document.activeElement.style.cssText)); await keys.press("ArrowDown"); }
    await keys.press("ArrowRight");
  }
  assert.equal(met.size, 17);
  await keys.press("Enter");
  assert.equal(await app.frame.locator(".node[aria-pressed=true]").count(), 1);
  await app.close();
});

test("the table says the same in words", async () => {
  const app = await open({ result: result(CONFIGURATION) });
  await app.frame.getByRole("button", { name: "Table" }).click();
  assert.equal(await app.frame.locator("tbody tr").count(), 17);
  const rows = await app.frame.locator("tbody tr").allTextContents();
  assert.ok(rows.includes("Card definitionStorestorePending changes312Stores, DAM images, Stores, Nearby stores") || rows.some(row => row.startsWith("Card definitionStorestorePending changes312")), rows.join("\n"));
  assert.deepEqual([await unnamed(app.inside), await faint(app.inside)], [[], []]);
  await app.picture("graph-table");
  await app.frame.getByRole("button", { name: "Graph" }).click();
  assert.equal(await app.frame.locator(".node").count(), 17);
  await app.close();
});

test("missing services, a cut answer and an empty workspace are said", async () => {
  const cut = await open({ theme: "dark", result: result({ ...CONFIGURATION, unavailable: ["svc-cards"], truncated: true }) });
  await cut.frame.getByText("Did not answer, so their objects are missing: svc-cards.").waitFor();
  await cut.frame.getByText("There is more than one answer holds.").waitFor();
  assert.deepEqual([await unnamed(cut.inside), await faint(cut.inside)], [[], []]);
  await cut.picture("graph-dark");
  await cut.close();
  const empty = await open({ result: result({ nodes: [], links: [] }) });
  await empty.frame.getByText("Nothing is configured yet.").waitFor();
  await empty.close();
  const failed = await open({ result: refusal({ code: "forbidden", message: "No permission to read it." }) });
  await failed.frame.getByText("No permission to read it.").waitFor();
  await failed.close();
});

test("German, and hostile names are text", async () => {
  const hostile = ["<script>alert(1)</script>", "</script><img src=x onerror=alert(2)>", "x".repeat(20_000), "منتج \u202Eabc", "a\u0000b"];
  const app = await open({ locale: "de", result: result({ nodes: hostile.flatMap(text => [node("data_source", text, text, text, 1), node(text, text + "2", text, text)]), links: hostile.map(text => ({ from: text, to: text + "2", type: text })), unavailable: hostile }) });
  await app.frame.getByRole("heading", { name: "Konfiguration" }).waitFor();
  assert.equal(await app.frame.locator(".node").count(), 10);
  await app.frame.locator(".node").first().click();
  await app.frame.getByRole("button", { name: "Tabelle" }).click();
  assert.equal(await app.frame.getByText("<script>alert(1)</script>", { exact: true }).first().isVisible(), true);
  await app.close();
});

test("300 objects are drawn at once", async () => {
  const nodes = Array.from({ length: 300 }, (_, i) => node(["data_source", "card_definition", "endpoint"][i % 3], "n" + i, "Name " + i, "ACTIVE", i));
  const links = Array.from({ length: 600 }, (_, i) => ({ from: "n" + (i % 100) * 3, to: "n" + ((i * 7) % 100 * 3 + 1), type: "feeds" }));
  const app = await open({ result: result({ nodes, links }) });
  await app.frame.locator(".node").nth(299).waitFor();
  const spent = await app.inside.evaluate(() => { const start = performance.now(); draw(); return performance.now() - start; });
  assert.ok(spent < 2000, "drawn in " + spent + " ms");
  await app.close();
});
