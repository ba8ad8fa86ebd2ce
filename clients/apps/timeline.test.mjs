// The way of one entry as a timeline in a real browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { refusal, result } from "./drafts.mjs";
import { faint, startBrowser, unnamed } from "./harness.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.stop());
const open = options => browser.open("timeline.html", { context: { timeZone: "Europe/Berlin" }, ...options });

const at = seconds => new Date(Date.parse("2026-11-21T20:15:02.120Z") + seconds * 1000).toISOString();
const stage = (name, target, status, seconds, rest = {}) => ({ stage: name, target, status, ...(seconds === undefined ? {} : { at: at(seconds), lagSeconds: seconds }), ...rest });
const WAY = [
  stage("ingest", "erp-products", "DONE", 0, { version: 7 }), stage("entry_index", "erp-products", "DONE", 0.021, { version: 7 }), stage("card", "product", "DONE", 0.043, { version: 12 }),
  stage("card_index", "product", "DONE", 0.055, { version: 12 }), stage("destination", "webshop.v2.products", "DONE", 0.081, { version: 12 }),
];
const THERE = { sourceId: "erp-products", entryId: "10012", entryVersion: 7, stages: WAY, stuckAt: "", verdict: "Entry 10012 is everywhere it belongs: 1 endpoint.",
  next: [{ tool: "search_destination_data", arguments: { destinationId: "webshop", endpoint: "products" }, why: "shows it as consumers see it" }] };
const STUCK = { ...THERE, stuckAt: "queue", verdict: "Entry 10012 failed at queue app.v1.products: Property price: 12,50 is no decimal number.", stages: [
  ...WAY.slice(0, 4), stage("queue", "app.v1.products", "FAILED", 75.4, { version: 12, detail: "Property price: 12,50 is no decimal number." }),
  stage("destination", "app.v1.products", "PENDING", undefined, { version: 11, detail: "Waits for the queue." }), stage("destination", "feed.v1.items", "SKIPPED", undefined, { detail: "The endpoint's conditions do not match." }),
  stage("destination", "", "UNKNOWN", undefined, { detail: "svc-publishing did not answer." })] };

test("an entry that is everywhere: stages with times and lags, in order", async () => {
  const app = await open({ result: result(THERE) });
  await app.frame.getByRole("heading", { name: "Entry 10012" }).waitFor();
  assert.equal(await app.frame.locator("#badge").textContent(), "Everywhere it belongs");
  const items = await app.frame.getByRole("list", { name: "Stages" }).getByRole("listitem").allTextContents();
  assert.deepEqual(items.map(text => text.replace(/\s+/g, " ")), [
    "Acceptederp-productsversion 79:15:02 PM", "Searchable as entryerp-productsversion 79:15:02 PMafter 21 ms", "Card builtproductversion 129:15:02 PMafter 43 ms",
    "Searchable as cardproductversion 129:15:02 PMafter 55 ms", "Visible in endpointwebshop.v2.productsversion 129:15:02 PMafter 81 ms"]);
  assert.equal(await app.frame.locator("time").first().getAttribute("datetime"), at(0));
  assert.deepEqual([await unnamed(app.inside), await faint(app.inside)], [[], []]);
  await app.picture("timeline");
  await app.frame.getByRole("button", { name: "Ask the assistant" }).click();
  const [message] = await app.messages("ui/message");
  assert.match(message.params.content[0].text, /search_destination_data/);
  await app.close();
});

for (const theme of ["light", "dark"]) {
  test("an entry that is stuck says where and why (" + theme + ")", async () => {
    const app = await open({ theme, result: result({ ...STUCK, unavailable: ["svc-publishing"] }), size: { width: 760, height: 620 } });
    await app.frame.getByRole("heading", { name: "Entry 10012" }).waitFor();
    assert.equal(await app.frame.locator("#badge").textContent(), "At: Queued for indexing");
    assert.equal(await app.frame.getByText("after 1 min 15 sec").count(), 1);
    assert.deepEqual(await app.frame.locator(".line .badge").allTextContents(), ["Failed", "On its way", "Not on its way", "Not known"]);
    await app.frame.getByText("Did not answer: svc-publishing.").waitFor();
    assert.deepEqual([await unnamed(app.inside), await faint(app.inside)], [[], []]);
    await app.picture("timeline-stuck-" + theme);
    await app.close();
  });
}

test("looking again asks the tool again and tells the model", async () => {
  const app = await open({ result: result(STUCK), called: (_, times) => times === 1 ? refusal({ code: "unavailable", message: "svc-ingest is out of reach." }) : result(THERE) });
  const again = app.frame.getByRole("button", { name: "Look again" });
  await again.click();
  await app.frame.getByText("No answer: svc-ingest is out of reach.").waitFor();
  assert.equal(await app.frame.getByRole("heading", { name: "Entry 10012" }).count(), 1, "what was known stays");
  await again.click();
  await app.frame.getByText("Everywhere it belongs", { exact: true }).waitFor();
  assert.deepEqual(app.calls[1], { name: "trace_entry_lifecycle", arguments: { sourceId: "erp-products", entryId: "10012" } });
  const [context] = await app.messages("ui/update-model-context");
  assert.match(context.params.content[0].text, /looked again\. Entry 10012 is everywhere/);
  await app.close();
});

test("German, and hostile values are text", async () => {
  const texts = ["<script>alert(1)</script>", "</script><img src=x onerror=alert(2)>", "x".repeat(20_000), "منتج \u202Eabc", "a\u0000b"];
  const app = await open({ locale: "de-DE", result: result({ sourceId: texts[0], entryId: texts[1], entryVersion: 1, verdict: texts[0], stuckAt: texts[1], unavailable: texts,
    stages: [...WAY, ...texts.map(text => ({ stage: text, target: text, status: text, version: text, at: text, lagSeconds: text, detail: text }))], next: texts.map(text => ({ tool: text, why: text, arguments: { [text]: text } })) }) });
  await app.frame.getByText("Als Karte suchbar").waitFor();
  assert.equal(await app.frame.getByText("nach 21 ms").count(), 1);
  assert.equal(await app.frame.locator(".stage").count(), 10);
  assert.equal(await app.inside.evaluate(() => document.querySelector("main").scrollWidth <= document.querySelector("main").clientWidth), true);
  await app.picture("timeline-hostile");
  await app.close();
  const german = await open({ locale: "de-DE", theme: "dark", result: result(THERE) });
  await german.frame.getByText("Überall angekommen").waitFor();
  await german.picture("timeline-german-dark");
  await german.close();
});

test("a trace that failed says so; a host without server tools gets no button", async () => {
  const failed = await open({ result: refusal({ code: "not_found", message: "There is no entry 10013.", next: [{ tool: "list_source_entries", why: "lists those there are" }] }) });
  await failed.frame.getByText("There is no entry 10013.").waitFor();
  await failed.close();
  const bare = await open({ result: result(THERE), capabilities: {} });
  await bare.frame.getByRole("heading", { name: "Entry 10012" }).waitFor();
  assert.equal(await bare.frame.getByRole("button").count(), 0);
  await bare.close();
});
