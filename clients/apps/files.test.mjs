// What must hold of the files themselves.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { view } from "./harness.mjs";

const FILES = ["review.html", "graph.html", "timeline.html"];
const raw = file => readFile(new URL("../../aggregator/src/main/resources/apps/" + file, import.meta.url), "utf8");
const part = (text, from, to) => text.slice(text.indexOf(from), text.indexOf(to, text.indexOf(from)));

test("each is at most 40 KB, in UTF-8 and self-contained", async () => {
  for (const file of FILES) {
    const text = await raw(file);
    assert.ok(Buffer.byteLength(text) <= 40 * 1024, file + " has " + Buffer.byteLength(text) + " bytes");
    assert.match(text, /^<!doctype html>/);
    const outside = text.replaceAll("http://www.w3.org/2000/svg", "").match(/https?:|url\(|@import|\bsrc=|<link|<form|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|fetch\(|XMLHttpRequest/);
    assert.equal(outside, null, file + " has " + outside);
    assert.match(text, /default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'/);
  }
});

test("the look and the protocol are the same text in all of them", async () => {
  const [first, ...others] = await Promise.all(FILES.map(raw));
  for (const [from, to] of [["/* look:", "/* end of look */"], ["// host:", "// end of host"]]) {
    assert.ok(part(first, from, to).length > 1000);
    for (const other of others) assert.equal(part(other, from, to), part(first, from, to));
  }
});

// Keys that come from the data: types of a schema, stages and states of the contract.
const FROM_DATA = ["number", "integer", "ingest", "entry_index", "card", "card_index", "queue", "destination", "SKIPPED", "PENDING"];

test("every text is there in English and in German, and none is unused", async () => {
  for (const file of FILES) {
    const text = await raw(file), table = part(text, "const TEXTS = {", "\n};"), rest = text.replace(table, "");
    const texts = [...table.matchAll(/(\w+): \["([^"]*)", "([^"]*)"\]/g)];
    assert.ok(texts.length > 20 && texts.length === table.match(/: \[/g).length, file);
    for (const [, key, english, german] of texts) {
      assert.ok(english && german, file + ": " + key);
      assert.ok(rest.includes('"' + key.replace(/_many$/, "") + '"') || FROM_DATA.includes(key), file + ": " + key + " is unused");
    }
  }
});

test("the marker of the schemas is in the form alone, once, and is replaced whole", async () => {
  assert.equal((await raw("review.html")).split("/*CARDLOOM_SCHEMAS*/{}").length, 2);
  for (const file of FILES.slice(1)) assert.equal((await raw(file)).includes("CARDLOOM_SCHEMAS"), false);
  const served = await view("review.html", { create_x: { description: "</script>$&" } });
  assert.ok(served.includes("<script type=\"application/json\" id=\"schemas\">{\"create_x\":{\"description\":\"\\u003c/script>$&\"}}</script>"));
});
