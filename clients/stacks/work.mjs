// What each client stack does in the demo's workspace: the way of an agent that changes a product and follows it to the
// shop, is refused, and publishes and stops a version of its own. Every step is checked; the first that fails ends the run.
//
// A stack is what its library offers, in one shape:
//   era           how it speaks: "2026-07-28" or an older revision
//   tools()       all tools                             call(name, arguments, options)   the tool's result
//   resources()   all resources                         read(uri)                        a resource's text
//   prompts()     all prompts                           prompt(name, arguments)          a prompt's text
//   complete?(ref, argument)  the values                answers?  how the person replies to questions, first to last;
//                                                       `asked` gets the questions
//   as(token)     the same stack as somebody else       close()
//   costly        each request takes a process of its own: what the other stacks show of the server too is left out
//   streams, cancels   it tells progress, and can take a call back
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";

const { CARDLOOM_MCP_URL, CARDLOOM_TOKEN, CARDLOOM_VIEWER_TOKEN, CARDLOOM_ENTRY } = process.env;
const WAIT_MS = 120_000, PAUSE_MS = 100;
// Streams that one caller may have at a time.
const STREAMS_MAX = 16;

// The tools that the first release had; there may be more.
const SEED = ["whoami", "list_configuration", "trace_entry_lifecycle", "create_data_source", "describe_data_source_schema", "upsert_data_source_properties", "import_data", "list_source_entries",
  "search_entries", "create_card_definition", "activate_card_definition", "search_cards", "create_destination", "create_api_version", "create_endpoint", "update_api_version", "search_destination_data"];

export const url = new URL(CARDLOOM_MCP_URL), token = CARDLOOM_TOKEN;

// Talks to whoever started this: asks for something with a line, and waits for the line that says it is done.
const starter = createInterface({ input: process.stdin }), lines = starter[Symbol.asyncIterator]();
async function ask(what) {
  console.log("@" + what);
  assert.deepEqual(await lines.next(), { value: what, done: false });
}

async function step(name, act) {
  const began = performance.now();
  try {
    const result = await act();
    console.log("ok " + name + " " + Math.round(performance.now() - began) + " ms");
    return result;
  } catch (error) {
    console.log("FAILED " + name);
    throw error;
  }
}
async function until(what, act) {
  for (const end = performance.now() + WAIT_MS; ;) {
    const found = await act();
    if (found) return found;
    assert.ok(performance.now() < end, what + " did not come within " + WAIT_MS / 1000 + " s");
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
  }
}
const done = result => {
  assert.notEqual(result.isError, true, JSON.stringify(result.content));
  assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent, "the text says the same as the structured content");
  return result.structuredContent;
};
const refused = (result, code) => {
  assert.equal(result.isError, true, JSON.stringify(result.structuredContent));
  const { error } = JSON.parse(result.content[0].text);
  assert.equal(error.code, code, error.message);
  assert.ok(error.message.length > 10);
  return error;
};

export async function work(name, connect) {
  const stack = await step("connect", () => connect(token));
  const call = async (tool, args, options) => done(await stack.call(tool, args, options));
  const marker = "m" + randomUUID().replaceAll("-", "").slice(0, 12);

  const names = await step("tools", async () => {
    const tools = await stack.tools(), names = tools.map(tool => tool.name);
    assert.deepEqual(SEED.filter(one => !names.includes(one)), [], "tools are missing");
    assert.deepEqual(names, (await call("whoami", {})).allowedTools.toSorted(), "the list is what the caller may call");
    for (const tool of tools) {
      assert.ok(tool.title && tool.description.length > 20, tool.name);
      assert.deepEqual([tool.inputSchema.type, tool.outputSchema.type], ["object", "object"], tool.name);
      for (const hint of ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"]) assert.equal(typeof tool.annotations[hint], "boolean", tool.name);
    }
    return names;
  });

  if (!stack.costly) await step("what a viewer sees", async () => {
    const viewer = await stack.as(CARDLOOM_VIEWER_TOKEN), names = (await viewer.tools()).map(tool => tool.name);
    assert.ok(names.includes("search_entries") && !names.includes("import_data") && !names.includes("update_api_version"), names.join());
    refused(await viewer.call("import_data", { sourceId: "products", entries: [{ id: CARDLOOM_ENTRY, delete: true }] }), "forbidden");
    await viewer.close();
  });

  const before = await step("schema and entry", async () => {
    const { properties, entryCount, keyPattern } = await call("describe_data_source_schema", { sourceId: "products" });
    assert.ok(entryCount > 0 && new RegExp(keyPattern).test(CARDLOOM_ENTRY));
    const { type, filter, operators } = properties.find(property => property.id === "name");
    assert.deepEqual([type, filter, operators.includes("contains")], ["TEXT", "text", true]);
    const { entries } = await call("list_source_entries", { sourceId: "products", ids: [CARDLOOM_ENTRY] });
    return entries[0];
  });

  await step("a refusal that helps", async () => {
    const entries = [{ id: "not an id", values: { name: 1 } }, { id: CARDLOOM_ENTRY, values: { namee: "x", release_year: "soon" } }];
    const { violations } = refused(await stack.call("import_data", { sourceId: "products", entries }), "validation_failed");
    const at = path => violations.find(violation => violation.path === path) ?? assert.fail(path + " is not in " + JSON.stringify(violations));
    assert.ok(at("entries[0].id").message);
    assert.equal(at("entries[1].values.namee").didYouMean, "name");
    assert.ok(at("entries[1].values.release_year").message.length > 10);
    if (stack.costly) return;
    const missing = refused(await stack.call("describe_data_source_schema", { sourceId: "product" }), "not_found");
    assert.ok(missing.next?.some(next => next.tool === "list_configuration") || /products/.test(JSON.stringify(missing)), JSON.stringify(missing));
    const { entries: [still] } = await call("list_source_entries", { sourceId: "products", ids: [CARDLOOM_ENTRY] });
    assert.deepEqual(still.values, before.values, "one violation refuses all of it");
  });

  const version = await step("import one changed entry", async () => {
    const changed = { sourceId: "products", entries: [{ id: CARDLOOM_ENTRY, values: { name: before.values.name + " " + marker } }] };
    if (!stack.costly) {
      const tried = await call("import_data", { ...changed, dryRun: true });
      assert.deepEqual([tried.updated, tried.dryRun], [1, true]);
    }
    const { updated, unchanged, verify } = await call("import_data", changed);
    assert.deepEqual([updated, unchanged ?? 0], [1, 0]);
    if (!stack.costly) assert.equal((await call("import_data", changed)).unchanged, 1, "a repeat changes nothing");
    const { entries: [stored] } = await call(verify.tool, verify.arguments);
    assert.deepEqual([stored.id, stored.version], [CARDLOOM_ENTRY, before.version + 1]);
    return stored.version;
  });

  await step("search it", async () => {
    const filters = [{ property: "name", text: { contains: marker } }];
    const { entries, total } = await until("the entry in the index", async () => {
      const found = await call("search_entries", { sourceId: "products", query: { filters, fields: ["name"], includeTotal: true } });
      return found.entries?.length > 0 && found;
    });
    assert.deepEqual([entries[0].id, entries[0].values, entries.length, total], [CARDLOOM_ENTRY, { name: before.values.name + " " + marker }, 1, 1]);
  });

  await step("trace it until it is live", async () => {
    const trace = await until("the end of the trace", async () => {
      const found = await call("trace_entry_lifecycle", { sourceId: "products", entryId: CARDLOOM_ENTRY });
      return !found.stuckAt && found.entryVersion >= version && found;
    });
    const live = trace.stages.find(stage => stage.stage === "destination" && stage.target === "shop.v1.products");
    assert.deepEqual([live?.status, trace.unavailable?.length ?? 0], ["DONE", 0], JSON.stringify(trace));
    const shown = await call("search_destination_data", { destinationId: "shop", endpoint: "products", query: { filters: [{ property: "id", text: { anyOf: [CARDLOOM_ENTRY] } }] } });
    assert.equal(shown.results[0].name, before.values.name + " " + marker);
  });

  await step("resources", async () => {
    const resources = await stack.resources();
    assert.ok(resources.some(resource => resource.uri === "cardloom://guide/discover"));
    assert.match(await stack.read("cardloom://guide/discover"), /list_configuration/);
    const schema = JSON.parse(await stack.read("cardloom://source/products/schema"));
    assert.ok(schema.properties.some(property => property.id === "name"));
    if (!stack.costly) assert.match(await stack.read("ui://cardloom/review.html"), /^<!doctype html>/);
  });

  await step("prompts", async () => {
    assert.ok((await stack.prompts()).some(prompt => prompt.name === "why-not-live"));
    const text = await stack.prompt("why-not-live", { sourceId: "products", entryId: CARDLOOM_ENTRY });
    assert.ok(text.includes("`" + CARDLOOM_ENTRY + "`") && text.includes("`products`"), text);
  });

  if (stack.complete) await step("completion", async () => {
    assert.deepEqual(await stack.complete({ type: "ref/resource", uri: "cardloom://source/{id}/schema" }, { name: "id", value: "prod" }), ["products"]);
    assert.deepEqual(await stack.complete({ type: "ref/prompt", name: "audit-destination" }, { name: "destinationId", value: "sho" }), ["shop"]);
  });

  await step("publish a version, and stop it", () => publish(name, names, stack, call, marker));
  if (stack.streams) await step("progress", () => progress(stack, call));
  if (stack.cancels) await step("cancel", () => cancel(stack));
  await stack.close();
  starter.close();
  console.log("done " + name + " " + stack.era);
}

const YES = { action: "accept", content: { confirm: true } };

async function publish(name, names, stack, call, marker) {
  const destinationId = "by-" + name;
  // Who shows no forms but has a person to ask is asked before anything is created that could have been drafted.
  const create = async (what, args) => {
    const asks = stack.answers && names.includes("draft_" + what);
    if (asks) stack.answers.push(YES);
    const result = await call("create_" + what, args);
    if (stack.answers) assert.equal(stack.asked.splice(0).length, asks ? 1 : 0, "questions about creating " + what);
    return result;
  };
  const destination = { identifier: destinationId, name: "Of " + name, languages: ["en"], idempotencyKey: destinationId };
  await create("destination", destination);
  if (!stack.costly) {
    const { outcome } = await create("destination", destination);
    assert.ok(["APPLIED", "UNCHANGED"].includes(outcome.status), "a repeat is safe: " + outcome.status);
  }
  const { apiVersion } = await create("api_version", { destinationId });

  const wanted = { apiVersionId: apiVersion.id, path: "changed", cardDefinitionId: "product", conditions: [{ property: "name", text: { contains: marker } }] };
  if (!stack.costly) {
    const wrong = await call("draft_endpoint", { ...wanted, path: "with space", cardDefinitionId: "produkt" });
    assert.deepEqual([wrong.submit.tool, wrong.problems.map(problem => problem.path).toSorted()], ["create_endpoint", ["cardDefinitionId", "path"]]);
  }
  const { draft, problems, preview, submit, defaultsApplied } = await call("draft_endpoint", wanted);
  assert.deepEqual([problems, preview.count, preview.rows.length, submit.tool], [[], 1, 1, "create_endpoint"]);
  assert.ok(defaultsApplied.some(one => one.path === "name") && draft.properties.length > 5);
  const endpoints = async () => (await call("list_configuration", { kinds: ["endpoint"] })).nodes.filter(node => node.id.startsWith(apiVersion.id + ".")).length;
  if (stack.answers) {
    stack.answers.push({ action: "decline" });
    refused(await stack.call("create_endpoint", draft), "declined");
    assert.equal(stack.asked.splice(0)[0].message, submit.why, "the question is what the draft says it would do");
  }
  if (!stack.costly) assert.equal(await endpoints(), 0, "a draft stores nothing");
  const { endpoint } = await create("endpoint", draft);
  if (!stack.costly) assert.equal(await endpoints(), 1);

  await call("update_api_version", { apiVersionId: apiVersion.id, state: "ACTIVE" });
  await until("the row in the endpoint", async () => {
    const { results } = await call("search_destination_data", { destinationId, endpoint: endpoint.path });
    return results?.length === 1 && results[0].name.endsWith(marker);
  });
  const stop = { apiVersionId: apiVersion.id, state: "STOPPED" };
  const state = async () => {
    const { nodes } = await call("list_configuration", { focusId: apiVersion.id, kinds: ["api_version"] });
    return nodes.find(node => node.id === apiVersion.id).status;
  };
  if (stack.answers) {
    // The person is asked: who says no changes nothing, who says yes stops it.
    stack.answers.push({ action: "decline" }, { action: "accept", content: { confirm: false } }, YES);
    for (const _ of [1, 2]) refused(await stack.call("update_api_version", stop), "declined");
    assert.equal(await state(), "ACTIVE");
    assert.equal((await call("update_api_version", stop)).apiVersion.state, "STOPPED");
    assert.deepEqual([stack.asked.length, stack.answers.length], [3, 0]);
    for (const { mode, message, requestedSchema } of stack.asked) {
      assert.deepEqual([mode, requestedSchema.properties.confirm.type, requestedSchema.required], ["form", "boolean", ["confirm"]]);
      assert.ok(message.startsWith("Stopping " + apiVersion.id + " "), message);
    }
  } else {
    // Nobody can be asked: the answer names the call that says yes.
    const { next, facts } = refused(await stack.call("update_api_version", stop), "confirmation_required");
    assert.deepEqual([next[0].tool, next[0].arguments, facts.rows], ["update_api_version", { ...stop, confirm: true }, "1"]);
    assert.equal(await state(), "ACTIVE");
    assert.equal((await call(next[0].tool, next[0].arguments)).apiVersion.state, "STOPPED");
  }
  assert.equal(await state(), "STOPPED");
}

// The entries are locked until told otherwise, so this takes as long as is wanted.
const SLOW = ["list_source_entries", { sourceId: "products", page: { limit: 1 } }];

async function progress(stack, call) {
  await ask("lock");
  const told = [];
  let released;
  const { entries } = await call(...SLOW, { onprogress: update => { told.push(update.progress); if (told.length === 2) released = ask("release"); } });
  await released;
  assert.ok(told.length >= 2 && told.every((value, i) => value > (told[i - 1] ?? 0)), "progress grows: " + told);
  assert.equal(entries.length, 1);
}

// As many streams as one caller may have, all left by the client: each must be given back, or the call after them gets none.
async function cancel(stack) {
  await ask("lock");
  const left = await Promise.all(Array.from({ length: STREAMS_MAX }, async () => {
    const leaving = new AbortController();
    try {
      return await stack.call(...SLOW, { signal: leaving.signal, onprogress: () => leaving.abort(new Error("I have to go")) });
    } catch (error) {
      return String(error);
    }
  }));
  for (const one of left) assert.match(String(one), /I have to go|[Aa]bort/);
  let released;
  await until("a stream of its own", async () => {
    const waiting = new AbortController(), timer = setTimeout(() => waiting.abort(new Error("no progress came")), 5_000);
    try {
      done(await stack.call(...SLOW, { signal: waiting.signal, onprogress: () => { released ??= ask("release"); } }));
      return true;
    } catch (error) {
      if (released) throw error;
      return false;
    } finally {
      clearTimeout(timer);
    }
  });
  await released;
}
