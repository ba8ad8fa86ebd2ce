// The review form in a real browser: draft, edit, submit, created; and everything that can go wrong on the way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { created, dataSource, endpoint, properties, refusal, result } from "./drafts.mjs";
import { faint, schemas, startBrowser, unnamed } from "./harness.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.stop());

const open = options => browser.open("review.html", options);
const badge = app => app.frame.locator("#badge");
const create = app => app.frame.locator("#create");
const fault = (path, rest = {}) => ({ path, rule: "wrong", message: "This is wrong.", ...rest });

test("a draft is shown, edited, submitted and created", async () => {
  const app = await open({ result: dataSource(), called: () => created });
  await app.frame.getByRole("heading", { name: "Create data source" }).waitFor();
  assert.equal(await app.frame.getByLabel("ID").first().inputValue(), "erp-products");
  assert.equal(await app.frame.getByText("made from the id").count(), 1);
  assert.equal(await app.frame.locator("#status").textContent(), "It would create it.");
  await app.picture("review-draft");

  await app.frame.getByLabel("Name").first().fill("Products of the ERP");
  assert.equal(await app.frame.getByText("made from the id").count(), 0, "a changed value is no default any more");
  await app.frame.getByRole("button", { name: "Remove sv-SE" }).click();
  const languages = app.frame.getByLabel("Languages");
  await languages.fill("fr");
  await languages.press("Enter");
  await app.frame.getByText("Properties", { exact: false }).first().click();
  await app.frame.getByText("colours", { exact: true }).click();
  await app.frame.getByLabel("Type").selectOption("LOCALIZED_LIST");
  await app.frame.getByLabel("Delimiter").fill(";");
  await app.picture("review-edited");
  await app.frame.getByText("brand", { exact: true }).click();
  await app.frame.getByRole("button", { name: "Remove property" }).last().click();
  assert.equal(await app.frame.locator("#status").textContent(), "3 changed by you");
  await create(app).click();

  await app.frame.getByRole("heading", { name: "Data source created" }).waitFor();
  assert.equal(app.calls.length, 1);
  const { name, arguments: sent } = app.calls[0];
  assert.equal(name, "create_data_source");
  const { idempotencyKey, ...rest } = sent;
  assert.match(idempotencyKey, /^review-[\d-]+$/);
  const expected = dataSource().structuredContent.draft;
  expected.name = "Products of the ERP";
  expected.languages = ["en", "de", "fr"];
  expected.properties[2] = { ...expected.properties[2], type: "LOCALIZED_LIST", delimiter: ";" };
  expected.properties.splice(8, 1);
  assert.deepEqual(rest, expected);
  assert.equal(await app.frame.locator("dd").first().textContent(), "erp-products");
  assert.equal(await app.frame.getByText("brings in the first entries").count(), 1);
  await app.picture("review-created");

  const context = await app.message("ui/update-model-context");
  assert.match(context.params.content[0].text, /created the data source erp-products, after changing name, languages, properties\./);
  assert.deepEqual(context.params.structuredContent.created, { tool: "create_data_source", id: "erp-products", version: 1 });
  await app.frame.getByRole("button", { name: "Ask the assistant" }).first().click();
  const message = await app.message("ui/message");
  assert.match(message.params.content[0].text, /import_data with \{"sourceId":"erp-products"\}/);
  await app.close();
});

test("problems stand beside their fields and the summary leads to them", async () => {
  const problems = [
    fault("properties[2].delimiter", { message: "A delimiter is no letter.", got: "a", allowed: ["|", ";"], didYouMean: "|" }),
    fault("languages[2]", { message: "Unknown language.", got: "sv_SE", didYouMean: "sv-SE" }),
    fault("properties[30].id", { message: "Lies beyond the list." }),
    fault("nowhere.at.all", { message: "Belongs to no field." }),
    fault("", { message: "The whole is wrong." }),
  ];
  const draft = { languages: ["en", "de", "sv_SE"] };
  const app = await open({ result: dataSource(draft, { problems }) });
  await app.frame.getByRole("heading", { name: "Problems: 5" }).waitFor();
  await app.picture("review-problems");
  await app.frame.getByRole("link", { name: "Properties 3 › Delimiter" }).click();
  const delimiter = app.frame.getByLabel("Delimiter");
  assert.equal(await delimiter.evaluate(one => one === document.activeElement), true);
  assert.equal(await delimiter.getAttribute("aria-invalid"), "true");
  assert.match(await delimiter.evaluate(one => one.getAttribute("aria-describedby").split(" ").map(id => document.getElementById(id)?.textContent ?? "").join(" ")),
    /A delimiter is no letter\..*Got: a.*Allowed: \|, ;/);
  await app.picture("review-problem-at-field");
  await app.frame.getByRole("button", { name: "Use “|”" }).click();
  assert.equal(await delimiter.inputValue(), "|");
  await app.frame.getByRole("button", { name: "Use “sv-SE”" }).click();
  assert.equal(await badge(app).textContent(), "Problems: 3");
  await create(app).click();
  await app.frame.getByRole("heading", { name: "created" }).waitFor();
  assert.deepEqual(app.calls[0].arguments.languages, ["en", "de", "sv-SE"]);
  assert.equal(app.calls[0].arguments.properties[2].delimiter, "|");
  await app.close();
});

test("a refusal of the server is mapped to its field, and a second try succeeds", async () => {
  const refused = refusal({ code: "validation_failed", message: "2 violations.", violations: [
    fault("id", { message: "Use letters, digits, _ and -.", got: "erp products" }), fault("properties[11].type", { message: "No such type." }),
  ] });
  const app = await open({ result: dataSource(), called: (_, times) => times === 1 ? refused : created });
  await create(app).click();
  await app.frame.getByRole("link", { name: "Properties 12 › Type" }).waitFor();
  assert.equal(await app.frame.locator("#problems").evaluate(one => one === document.activeElement), true, "the summary has the focus");
  const id = app.frame.getByLabel("ID").first();
  assert.equal(await id.getAttribute("aria-invalid"), "true");
  await id.fill("erp-products-2");
  assert.equal(await id.getAttribute("aria-invalid"), "false");
  await create(app).click();
  await app.frame.getByRole("heading", { name: "Data source created" }).waitFor();
  const keys = app.calls.map(call => call.arguments.idempotencyKey);
  assert.notEqual(keys[0], keys[1], "another content is another request");
  const texts = (await app.messages("ui/update-model-context")).map(({ params }) => params.content[0].text);
  assert.match(texts[0], /create_data_source refused it: 2 violations\./);
  assert.match(texts[1], /and created the data source/);
  await app.close();
});

test("a refusal without fields says what is wrong and what to do", async () => {
  const app = await open({ result: dataSource(), called: () => refusal({ code: "conflict", message: "A data source erp-products exists already.",
    next: [{ tool: "describe_data_source_schema", arguments: { sourceId: "erp-products" }, why: "shows the one there is" }] }) });
  await create(app).click();
  await app.frame.getByRole("heading", { name: "Not created" }).waitFor();
  assert.equal(await app.frame.getByText("exists already").count(), 1);
  assert.equal(await app.frame.getByText("shows the one there is").count(), 1);
  await app.picture("review-refused");
  await app.close();
});

test("a repeat after a lost answer carries the same key; a key of the draft is kept", async () => {
  const app = await open({ result: dataSource(), called: (_, times) => times === 1 ? { failed: "connection lost" } : created });
  await create(app).click();
  await app.frame.getByText("connection lost").waitFor();
  await create(app).click();
  await app.frame.getByRole("heading", { name: "Data source created" }).waitFor();
  assert.equal(app.calls[0].arguments.idempotencyKey, app.calls[1].arguments.idempotencyKey);
  await app.close();

  const given = await open({ result: dataSource({ idempotencyKey: "agent-7", dryRun: true }), called: () => created });
  assert.equal(await given.frame.getByLabel("Idempotency key").count(), 0);
  await create(given).click();
  await given.frame.getByRole("heading", { name: "Data source created" }).waitFor();
  assert.equal(given.calls[0].arguments.idempotencyKey, "agent-7");
  assert.equal("dryRun" in given.calls[0].arguments, false, "creating is never a trial run");
  await given.close();
});

test("one click is one call, and the form holds still meanwhile", async () => {
  let answer;
  const app = await open({ result: dataSource(), called: () => new Promise(resolve => { answer = resolve; }) });
  await create(app).click();
  await create(app).dispatchEvent("click");
  assert.equal(await app.frame.locator("#status").textContent(), "Creating…");
  assert.equal(await app.frame.locator("#main").evaluate(one => one.inert), true);
  answer(created);
  await app.frame.getByRole("heading", { name: "Data source created" }).waitFor();
  assert.equal(app.calls.length, 1);
  await app.close();
});

test("Check again sends the edited draft to the draft tool and shows what it says", async () => {
  const app = await open({ result: dataSource(), called: () => dataSource({ name: "Normalised" }, { problems: [fault("name", { message: "Taken." })] }) });
  await app.frame.getByLabel("Name").first().fill("  Normalised ");
  await app.frame.getByRole("button", { name: "Check again" }).click();
  await app.frame.getByRole("link", { name: "Name" }).waitFor();
  assert.equal(app.calls[0].name, "draft_data_source");
  assert.equal(app.calls[0].arguments.name, "  Normalised ");
  assert.equal(await app.frame.getByLabel("Name").first().inputValue(), "Normalised");
  await app.close();
});

test("an endpoint shows the selection it would serve, and nested and optional parts can be edited", async () => {
  const app = await open({ result: endpoint(), called: () => ({ ...created, structuredContent: { endpoint: { id: "webshop.v1.products", url: "https://shop.example/acme/webshop/v1/products" }, outcome: { status: "APPLIED", version: 1 } } }) });
  await app.frame.getByText("1,204 cards match").waitFor();
  const table = app.frame.getByRole("region", { name: "Preview" });
  assert.deepEqual(await table.locator("th").allTextContents(), ["id", "title", "price", "colours", "brand"]);
  assert.equal(await table.locator("tbody tr").count(), 5);
  assert.equal(await table.locator("td").nth(1).textContent(), "en: Oak desk · de: Eichentisch");
  await app.picture("review-endpoint");

  await app.frame.locator(".list > summary", { hasText: "Facets" }).scrollIntoViewIfNeeded();
  await app.frame.locator(".item summary", { hasText: "brand" }).last().click();
  assert.equal(await app.frame.locator(".default").textContent(), "Default10 where not given");
  await app.frame.getByLabel("Size").fill("ten");
  await create(app).click();
  await app.frame.getByRole("link", { name: "Facets 1 › Size" }).waitFor();
  assert.equal(app.calls.length, 0, "what is no number is not sent");
  await app.frame.getByLabel("Size").fill("25");
  await app.frame.getByRole("textbox", { name: "Header: value" }).nth(1).fill("Hersteller");
  await app.frame.getByRole("button", { name: "Add header" }).click();
  await app.frame.getByRole("textbox", { name: "Header: key" }).nth(2).fill("__proto__");
  await app.frame.getByRole("textbox", { name: "Header: value" }).nth(2).fill("<b>Märke</b>");
  await app.picture("review-endpoint-facet");
  await app.frame.locator(".list > summary", { hasText: "Conditions" }).scrollIntoViewIfNeeded();
  await app.frame.locator(".item summary", { hasText: "price" }).last().click();
  await app.frame.getByRole("button", { name: "Remove Number" }).click();
  await app.frame.getByRole("button", { name: "Add text" }).click();
  const anyOf = app.frame.getByLabel("Any of");
  for (const word of ["a", "b"]) { await anyOf.fill(word); await anyOf.press("Enter"); }
  await app.frame.getByLabel("Exists").selectOption("false");
  await app.picture("review-endpoint-condition");
  await create(app).click();
  await app.frame.getByRole("heading", { name: "Endpoint created" }).waitFor();
  const sent = app.calls[0].arguments;
  assert.equal(sent.facets[0].size, 25);
  const header = await app.page.evaluate(() => Object.entries(window.messages.find(one => one.method === "tools/call").params.arguments.facets[0].header));
  assert.deepEqual(header, [["en", "Brand"], ["de", "Hersteller"], ["__proto__", "<b>Märke</b>"]]);
  assert.deepEqual(sent.conditions, [{ property: "price", text: { anyOf: ["a", "b"], exists: false } }]);
  assert.equal(await app.frame.getByText("https://shop.example/acme/webshop/v1/products").count(), 1);
  await app.close();
});

const FREE = { create_thing: { type: "object", properties: {
  rules: { type: "object", description: "{property, size?: integer 0..50}" }, ratio: { type: "number", minimum: 0 }, count: { type: "integer" }, on: { type: "boolean" },
  shared: { $ref: "#/$defs/Shared" }, many: { type: "array", items: { $ref: "#/$defs/Shared" } }, value: { description: "Anything." }, odd: { type: "string" }, levels: { type: "array", items: { type: "number" } },
}, $defs: { Shared: { type: "object", properties: { label: { type: "string" } } } } } };

test("free JSON, numbers, shared definitions and values of the wrong type are all editable", async () => {
  const draft = { rules: { property: "x" }, ratio: 0.5, count: 3, on: true, shared: { label: "one" }, many: [{ label: "two" }], value: [1, { a: null }], odd: { not: "a string" }, unknown: "kept" };
  const app = await open({ given: FREE, result: result({ draft, submit: { tool: "create_thing" } }), called: () => result({ thing: { id: "t" } }) });
  await app.frame.getByRole("heading", { name: "Create thing" }).waitFor();
  const rules = app.frame.getByLabel("Rules");
  await rules.fill("{\"property\":");
  await create(app).click();
  await app.frame.getByRole("link", { name: "Rules" }).waitFor();
  assert.equal(app.calls.length, 0);
  assert.equal(await rules.inputValue(), "{\"property\":", "what was typed stays");
  await rules.fill("{\"property\":\"y\",\"size\":5}");
  await app.frame.getByLabel("Ratio").fill("0.75");
  await app.frame.getByLabel("Count").fill("9007199254740993");
  await app.frame.getByLabel("On").selectOption("false");
  const levels = app.frame.getByLabel("Levels");
  for (const text of ["1.5", "2"]) { await levels.fill(text); await levels.press("Enter"); }
  await app.picture("review-free");
  await create(app).click();
  await app.frame.getByRole("heading", { name: "Thing created" }).waitFor();
  assert.deepEqual(app.calls[0].arguments, { ...draft, rules: { property: "y", size: 5 }, ratio: 0.75, count: "9007199254740993", on: false, levels: [1.5, 2] });
  await app.close();
});

test("every schema of the catalogue makes a form, empty or not", async () => {
  for (const tool of Object.keys(schemas)) {
    const app = await open({ result: result({ draft: {}, submit: { tool }, problems: [] }), called: () => created });
    await create(app).waitFor();
    const shown = Object.keys(schemas[tool].properties).length - 2;
    assert.equal(await app.frame.locator(".grid > .field").count(), shown, tool);
    for (const more of await app.frame.getByRole("button", { name: /^\+ Add/ }).all()) if (await more.isVisible()) await more.click();
    assert.deepEqual(await unnamed(app.inside), [], tool);
    await app.close();
  }
});

const LONG = "x".repeat(20_000);
const HOSTILE = {
  script: "<script>alert(1)</script>", closing: "</script><script>alert(2)</script>", image: "<img src=x onerror=alert(3)>", handler: "\" onfocus=alert(4) autofocus=\"",
  url: "javascript:alert(5)", template: "{{constructor.constructor('alert(6)')()}}", long: LONG, arabic: "منتج ممتاز \u202Eabc", emoji: "👩‍👩‍👧‍👦 🧵 e\u0301", zero: "a\u0000b\u0007c", lines: "one\ntwo\r\nthree", style: "</style><style>*{display:none}",
};

test("hostile values are text, come back unchanged, and run nothing", async () => {
  const texts = Object.values(HOSTILE);
  const draft = { id: HOSTILE.script, name: HOSTILE.lines, description: HOSTILE.long, languages: texts, relatedSourceIds: [HOSTILE.arabic, HOSTILE.emoji],
    properties: texts.map(text => ({ id: text, displayName: text, type: text, description: text })), [HOSTILE.image]: HOSTILE.handler };
  const app = await open({
    result: dataSource(draft, {
      defaultsApplied: texts.map(text => ({ path: "properties[0].displayName", value: text, why: text })),
      problems: texts.flatMap((text, i) => [fault("properties[" + i + "].id", { rule: text, message: text, got: text, allowed: [text], didYouMean: text }), fault(text, { message: text })]),
      preview: { count: HOSTILE.script, rows: texts.map(text => ({ [text]: text, nested: { [text]: [text] } })) },
    }),
    called: (_, times) => times === 1 ? refusal({ code: HOSTILE.image, message: HOSTILE.closing, next: [{ tool: HOSTILE.image, why: HOSTILE.script }] })
      : { structuredContent: { source: { id: HOSTILE.script, url: HOSTILE.url }, outcome: { status: HOSTILE.image, version: HOSTILE.emoji, warnings: texts, next: [{ tool: HOSTILE.script, why: HOSTILE.image }] } } },
  });
  await create(app).waitFor();
  await app.picture("review-hostile");
  const sticksOut = () => app.inside.evaluate(() => [...document.querySelectorAll("main,main *")].filter(one => one.scrollWidth > one.clientWidth + 1 && !one.closest(".table") && ["auto", "visible"].includes(getComputedStyle(one).overflowX)
    && getComputedStyle(one).display !== "inline" && !one.matches("input,textarea")).map(one => one.outerHTML.slice(0, 80)));
  assert.deepEqual(await sticksOut(), [], "20,000 characters make nothing wider than its place");
  assert.equal(await app.frame.getByText("<script>alert(1)</script>").first().isVisible(), true);
  const table = await app.frame.locator("td").allTextContents();
  assert.ok(table.includes(HOSTILE.image) && table.some(text => text.includes("(20,000)")) && table.includes("a␀b␇c"));
  assert.equal(await app.frame.getByLabel("Description").first().inputValue(), LONG);
  await app.frame.locator(".item summary").first().scrollIntoViewIfNeeded();
  await app.picture("review-hostile-list");
  await create(app).click();
  await app.frame.getByText(HOSTILE.closing).first().waitFor();
  await app.picture("review-hostile-refused");
  await create(app).click();
  await app.frame.getByRole("heading", { name: "Data source created" }).waitFor();
  const { idempotencyKey, ...sent } = app.calls[1].arguments;
  assert.deepEqual(sent, draft, "nothing was changed on the way through the form");
  await app.picture("review-hostile-created");
  assert.deepEqual(await sticksOut(), []);
  assert.equal(await app.inside.evaluate(() => document.scripts.length + document.images.length + document.styleSheets.length), 3, "two scripts and one style of our own");
  await app.close();
});

test("a hostile schema text does not end the script it stands in", async () => {
  const given = { create_data_source: { type: "object", properties: { id: { type: "string", description: "</script><script>alert(1)</script><!--<script>" } } } };
  const app = await open({ given, result: dataSource() });
  await app.frame.getByText("</script><script>alert(1)</script>").waitFor();
  await app.close();
});

test("nothing but the host is listened to, and no markup can be made of text", async () => {
  const app = await open({ result: dataSource() });
  await create(app).waitFor();
  await app.inside.evaluate(result => window.postMessage({ jsonrpc: "2.0", method: "ui/notifications/tool-result", params: result }, "*"), dataSource({ name: "Forged" }));
  await app.inside.evaluate(() => new Promise(resolve => setTimeout(resolve, 50)));
  assert.equal(await app.frame.getByLabel("Name").first().inputValue(), "ERP products");
  // In a task of the page's own: what the test itself evaluates is allowed everything.
  const sinks = await app.inside.evaluate(() => new Promise(resolve => setTimeout(() => resolve([() => { document.body.innerHTML += "<b>x</b>"; }, () => new Function("return 1")(), () => eval("1")]
    .map(act => { try { act(); return "ran"; } catch (error) { return error.name; } })))));
  assert.deepEqual(sinks, ["TypeError", "EvalError", "EvalError"], "markup and code made of text are refused by the browser");
  app.complaints.length = 0;
  await app.close();
});

test("the keyboard alone does it", async () => {
  const app = await open({ result: dataSource({ properties: [] }), called: () => created });
  await create(app).waitFor();
  const keys = app.page.keyboard;
  const focused = () => app.inside.evaluate(() => document.activeElement.computedName);
  const until = async name => {
    for (let i = 0; i < 40; i++) { if (await focused() === name) return; await keys.press("Tab"); }
    assert.fail("the Tab key never reached " + name + ", it is on " + await focused());
  };
  await app.frame.locator("#main").focus();
  await until("Name");
  await keys.press("Control+A");
  await keys.type("Typed");
  await until("Remove de");
  await keys.press("Enter");
  assert.equal(await focused(), "Languages");
  await keys.type("fi");
  await keys.press("Enter");
  await until("Properties 0");
  await keys.press("Enter");
  await until("+ Add property");
  await keys.press("Enter");
  assert.equal(await focused(), "ID");
  await keys.type("colour");
  await until("Type");
  await keys.press("L");
  await until("Create data source");
  await app.picture("review-keyboard");
  await keys.press("Enter");
  await app.frame.getByRole("heading", { name: "Data source created" }).waitFor();
  assert.equal(await app.frame.locator("#outcome").evaluate(one => one === document.activeElement), true);
  const sent = app.calls[0].arguments;
  assert.deepEqual([sent.name, sent.languages, sent.properties], ["Typed", ["en", "sv-SE", "fi"], [{ id: "colour", type: "LOCALIZED_TEXT" }]]);
  await app.close();
});

for (const theme of ["light", "dark"]) {
  test("every text stands out in the " + theme + " theme, and every control has a name", async () => {
    const app = await open({ theme, result: endpoint({ problems: [fault("path", { got: "a b", didYouMean: "a-b" })] }), called: (_, times) => times === 1 ? refusal({ message: "No.", next: [{ tool: "whoami", why: "tells" }] }) : created });
    await create(app).waitFor();
    await app.frame.getByRole("button", { name: "Use “a-b”" }).waitFor();
    assert.deepEqual([await faint(app.inside), await unnamed(app.inside)], [[], []]);
    await app.picture("review-" + theme);
    await create(app).click();
    await app.frame.getByRole("heading", { name: "Not created" }).waitFor();
    assert.deepEqual([await faint(app.inside), await unnamed(app.inside)], [[], []]);
    await create(app).click();
    await app.frame.getByRole("heading", { name: "created" }).waitFor();
    assert.deepEqual([await faint(app.inside), await unnamed(app.inside)], [[], []]);
    await app.picture("review-created-" + theme);
    await app.close();
  });
}

test("a change of the host's theme and language is followed without losing what was typed", async () => {
  const app = await open({ result: dataSource() });
  await create(app).waitFor();
  await app.frame.getByLabel("Name").first().fill("Typed");
  await app.send({ method: "ui/notifications/host-context-changed", params: { theme: "dark", locale: "de-CH", styles: { variables: { "--color-background-primary": "rgb(10, 20, 30)", "background": "red" } } } });
  await app.frame.getByRole("heading", { name: "Datenquelle anlegen" }).waitFor();
  assert.equal(await app.frame.getByLabel("Name").first().inputValue(), "Typed");
  assert.equal(await app.inside.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(10, 20, 30)");
  assert.equal(await app.inside.evaluate(() => getComputedStyle(document.documentElement).colorScheme), "dark");
  await app.close();
});

test("German, from the draft to what came of it", async () => {
  const app = await open({ locale: "de-DE", result: dataSource({}, { problems: [fault("properties[1].type", { message: "No such type.", got: "TXT", allowed: ["TEXT"], didYouMean: "TEXT" })] }), called: () => created });
  await app.frame.getByRole("link", { name: "Eigenschaften 2 › Typ" }).click();
  await app.frame.getByRole("button", { name: "„TEXT“ verwenden" }).waitFor();
  assert.equal(await app.inside.evaluate(() => document.documentElement.lang), "de");
  assert.deepEqual(await unnamed(app.inside), []);
  await app.picture("review-german");
  await create(app).click();
  await app.frame.getByRole("heading", { name: "Datenquelle angelegt" }).waitFor();
  await app.picture("review-german-created");
  await app.close();
});

test("a screen reader finds names, states and regions", async () => {
  const app = await open({ result: dataSource({}, { problems: [fault("id", { message: "Use letters, digits, _ and -." })] }) });
  await create(app).waitFor();
  const tree = await app.frame.locator("body").ariaSnapshot();
  for (const part of ["banner", "heading \"Create data source\" [level=1]", "main \"Create data source\"", "region \"Problems: 1\"", "link \"ID\"", "textbox \"ID *\"", "textbox \"Languages\"",
    "button \"Remove en\"", "group: Properties 12", "button \"Create data source\"", "contentinfo", "status"])
    assert.ok(tree.includes(part) || tree.includes(part.replace(" *", "")), part + " is missing in\n" + tree);
  assert.equal(await app.frame.getByLabel("ID").first().getAttribute("aria-required"), "true");
  assert.equal(await app.frame.locator("#status").getAttribute("role"), "status");
  await app.close();
});

test("1,000 items open at once without a wait, and only some are drawn", async () => {
  const app = await open({ result: dataSource({ properties: properties(1000) }, { problems: [fault("properties[900].id")] }) });
  await app.frame.getByRole("link", { name: "Properties 901 › ID" }).waitFor();
  const spent = await app.inside.evaluate(() => { const start = performance.now(); draw(); return performance.now() - start; });
  assert.ok(spent < 3000, "drawn in " + spent + " ms");
  await app.close();
  const plain = await open({ result: dataSource({ properties: properties(1000) }) });
  await create(plain).waitFor();
  assert.equal(await plain.frame.locator(".item").count(), 20);
  await plain.frame.locator(".list > summary").click();
  await plain.frame.getByRole("button", { name: "+ 980 more" }).click();
  assert.equal(await plain.frame.locator(".item").count(), 1000);
  await plain.close();
});

test("the view tells its height, never more than 500 px or what the host has", async () => {
  const tall = await open({ result: dataSource() });
  await create(tall).waitFor();
  const height = async app => (await app.messages("ui/notifications/size-changed")).at(-1).params.height;
  await tall.page.waitForFunction(() => window.messages.findLast(one => one.method === "ui/notifications/size-changed").params.height === 500);
  assert.equal(await tall.frame.locator("#main").evaluate(one => one.scrollHeight > one.clientHeight), true, "it scrolls inside");
  assert.equal(await tall.inside.evaluate(() => document.documentElement.scrollHeight <= innerHeight), true, "and not outside");
  await tall.close();
  const low = await open({ result: dataSource(), context: { containerDimensions: { maxHeight: 320, maxWidth: 400 } }, size: { width: 420, height: 700 } });
  await create(low).waitFor();
  await low.page.waitForFunction(() => window.messages.findLast(one => one.method === "ui/notifications/size-changed").params.height === 320);
  assert.equal(await low.inside.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "nothing sticks out sideways");
  await low.send({ method: "ui/notifications/host-context-changed", params: { containerDimensions: { maxHeight: 640 } } });
  await low.page.waitForFunction(() => window.messages.findLast(one => one.method === "ui/notifications/size-changed").params.height === 500);
  await low.picture("review-narrow");
  await low.close();
});

test("requests of the host are answered, unknown ones by the protocol's error", async () => {
  const app = await open({ result: dataSource() });
  for (const [id, method] of [[901, "ping"], [902, "ui/resource-teardown"], [903, "no/such"]]) await app.send({ id, method, params: {} });
  assert.deepEqual((await app.reply(901)).result, {});
  assert.deepEqual((await app.reply(902)).result, {});
  assert.equal((await app.reply(903)).error.code, -32601);
  const [hello] = await app.messages("ui/initialize");
  assert.equal(hello.params.protocolVersion, "2026-01-26");
  assert.equal(hello.params.appInfo.name, "cardloom-review");
  await app.close();
});

test("a draft that failed, was cancelled or is on its way is told so", async () => {
  const failed = await open({ result: refusal({ code: "forbidden", message: "You may not change the configuration." }) });
  await failed.frame.getByRole("heading", { name: "The draft could not be made" }).waitFor();
  assert.equal(await failed.frame.getByText("You may not change the configuration.").count(), 1);
  assert.equal(await create(failed).isVisible(), false);
  await failed.close();
  const waiting = await open({ input: { id: "x" } });
  await waiting.frame.getByText("Checking…").waitFor();
  await waiting.send({ method: "ui/notifications/tool-cancelled", params: { reason: "user" } });
  await waiting.frame.getByText("The draft was cancelled.").waitFor();
  await waiting.close();
  const plain = await open({ result: { isError: true, content: [{ type: "text", text: "no JSON at all" }] } });
  await plain.frame.getByText("no JSON at all").waitFor();
  await plain.close();
});
