// The page for people at `/` of the aggregator, in a real Chromium and with a real identity provider. The test that starts them
// gives their addresses, the passwords of example people, and CONTROL, which does to the provider what only it can.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { faint, unnamed } from "../apps/harness.mjs";
import { byForms, REDIRECT } from "../stacks/person.mjs";

const { CARDLOOM_PAGE: PAGE, CARDLOOM_ISSUER: ISSUER, CARDLOOM_ALICE, CARDLOOM_DAVE, CARDLOOM_CONTROL: CONTROL } = process.env;
const PICTURES = fileURLToPath(new URL("../target/screenshots-of-connect", import.meta.url));
const WAIT_MS = 30_000;
const PROVIDER = new URL(ISSUER).origin;
// Names that clients give themselves, and a page must not take for anything but text.
const SCRIPT = "<script>alert(1)</script>", QUOTED = "\"><img src=x onerror=alert(2)> ' &amp;", RIGHT_TO_LEFT = "وكيل \u202Eelba", LONG = "Long ".repeat(48) + "end";

let browser;
before(async () => {
  await mkdir(PICTURES, { recursive: true });
  browser = await chromium.launch({ executablePath: process.env.CARDLOOM_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--enable-blink-features=ComputedAccessibilityInfo"] });
});
after(() => browser?.close());

// A browser of somebody; what its pages complain of ends the test.
async function somebody(options = {}) {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 900, height: 800 }, ...options });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage(), complaints = [];
  page.on("dialog", dialog => { complaints.push("dialog: " + dialog.message()); dialog.dismiss(); });
  page.on("pageerror", error => complaints.push("error: " + error.message));
  page.on("console", message => { if (message.type() === "error") complaints.push("console: " + message.text()); });
  page.on("request", request => { if (!request.url().startsWith(PAGE) && !request.url().startsWith(PROVIDER)) complaints.push("request: " + request.url()); });
  return {
    context, page, complaints,
    picture: name => page.screenshot({ path: join(PICTURES, name + ".png"), fullPage: true }),
    close: async () => { assert.deepEqual(complaints, []); await context.close(); },
  };
}
const heading = (page, name) => page.getByRole("heading", { name, level: 1 });
async function signIn(page, password = CARDLOOM_ALICE, person = "alice", words = { signIn: "Sign in", title: "Connect", username: /username/i, password: "Password" }) {
  await page.goto(PAGE + "/");
  await page.getByRole("link", { name: words.signIn }).click();
  await page.getByLabel(words.username).fill(person);
  await page.keyboard.press("Enter");
  await page.getByLabel(words.password, { exact: true }).fill(password);
  await page.keyboard.press("Enter");
  await heading(page, words.title).waitFor();
  assert.equal(page.url(), PAGE + "/");
}
// What every page keeps to.
async function sound(page, language = "en") {
  assert.deepEqual([await faint(page), await unnamed(page)], [[], []]);
  const found = await page.evaluate(() => ({
    language: document.documentElement.lang, title: document.title, one: ["header", "main", "h1"].map(name => document.querySelectorAll(name).length),
    levels: [...document.querySelectorAll("h1,h2,h3,h4")].map(one => Number(one.localName[1])),
    twice: [...document.querySelectorAll("[id]")].map(one => one.id).filter((id, at, all) => all.indexOf(id) !== at),
    dangling: [...document.querySelectorAll("[aria-labelledby]")].flatMap(one => one.getAttribute("aria-labelledby").split(" ")).filter(id => !document.getElementById(id)),
    unlabelled: [...document.querySelectorAll("input:not([type=hidden]),select,textarea")].filter(one => !one.labels?.length).length,
    small: [...document.querySelectorAll("button,summary,a.button")].filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 24).map(one => one.textContent),
    wide: document.documentElement.scrollWidth > innerWidth,
    inline: [...document.querySelectorAll("script:not([src]),style,[style]:not([style='']),[onclick],[onerror]")].map(one => one.outerHTML.slice(0, 200)), scripts: document.scripts.length, images: document.images.length,
  }));
  assert.equal(found.language, language);
  assert.match(found.title, /Cardloom/);
  assert.deepEqual(found.one, [1, 1, 1]);
  found.levels.reduce((before, level) => { assert.ok(level <= before + 1, "a level is left out: " + found.levels); return level; }, 0);
  assert.deepEqual([found.twice, found.dangling, found.unlabelled, found.small, found.wide], [[], [], 0, [], false]);
  assert.deepEqual([found.inline, found.scripts, found.images], [[], 1, 0]);
}
// A client that registers itself and is approved by form posts; gives the token endpoint's answer.
async function approved(name, password = CARDLOOM_ALICE, workspaces = ["demo"]) {
  const registration = await fetch(ISSUER + "/clients-registrations/openid-connect", {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ client_name: name, redirect_uris: [REDIRECT], grant_types: ["authorization_code", "refresh_token"], response_types: ["code"], token_endpoint_auth_method: "none" }),
  });
  const { client_id } = await registration.json();
  assert.equal(registration.status, 201);
  const verifier = randomUUID() + randomUUID();
  const challenge = Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))).toString("base64url");
  const wanted = new URLSearchParams({ response_type: "code", client_id, redirect_uri: REDIRECT, scope: "cardloom:read cardloom:write offline_access", state: "s",
    resource: PAGE + "/demo/mcp", code_challenge: challenge, code_challenge_method: "S256" });
  const { url } = await byForms("alice", password).answer(ISSUER + "/protocol/openid-connect/auth?" + wanted, { workspaces });
  const tokens = await token({ grant_type: "authorization_code", code: url.searchParams.get("code"), redirect_uri: REDIRECT, code_verifier: verifier, client_id });
  assert.equal(tokens.status, 200);
  return { client_id, refresh: async () => (await token({ grant_type: "refresh_token", refresh_token: tokens.body.refresh_token, client_id })).status };
}
async function token(fields) {
  const response = await fetch(ISSUER + "/protocol/openid-connect/token", { method: "POST", body: new URLSearchParams(fields) });
  return { status: response.status, body: await response.json() };
}
const control = async what => assert.equal((await fetch(CONTROL + what)).status, 200);

test("who is not signed in is told what this is, and is not sent anywhere", async () => {
  const { page, picture, close } = await somebody();
  const response = await page.goto(PAGE + "/");
  assert.equal(response.status(), 200);
  await heading(page, "This is an MCP server").waitFor();
  assert.equal(await page.locator("main code").textContent(), PAGE + "/workspace/mcp");
  const policy = response.headers()["content-security-policy"];
  assert.match(policy, /^default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self' http:[^;]+; base-uri 'none'; frame-ancestors 'none'$/);
  await sound(page);
  await picture("open");
  await close();
});

test("a person signs in, finds the workspaces with their roles, and copies what a client needs", async () => {
  const { context, page, picture, close } = await somebody();
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: PAGE });
  await signIn(page);
  assert.match(await page.locator("header").textContent(), /Signed in as Alice Amari/);
  const demo = page.getByRole("article", { name: "Demo" }), second = page.getByRole("article", { name: "Second" });
  assert.match(await demo.textContent(), /Your roles: administrator/);
  assert.match(await second.textContent(), /Your roles: viewer/);
  await sound(page);
  await picture("signed-in");
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await demo.getByRole("button", { name: "Copy MCP URL, Demo" }).click();
  await page.getByText("Copied.").waitFor();
  assert.equal(await clipboard(), PAGE + "/demo/mcp");

  const written = {};
  for (const client of ["Claude Code", "Claude Desktop", "VS Code", "Cursor", "Another client"]) {
    await second.getByText(client, { exact: true }).click();
    await second.getByRole("button", { name: "Copy " + client + ", Second" }).click();
    await page.waitForFunction(async () => (await navigator.clipboard.readText()).includes("/second/mcp"));
    written[client] = await clipboard();
    await page.evaluate(() => navigator.clipboard.writeText("nothing"));
  }
  const url = PAGE + "/second/mcp";
  assert.equal(written["Claude Code"], "claude mcp add --transport http cardloom-second " + url);
  assert.deepEqual(JSON.parse(written["Claude Desktop"]), { mcpServers: { "cardloom-second": { command: "npx", args: ["-y", "mcp-remote", url] } } });
  assert.deepEqual(JSON.parse(written["VS Code"]), { servers: { "cardloom-second": { type: "http", url } } });
  assert.deepEqual(JSON.parse(written.Cursor), { mcpServers: { "cardloom-second": { url } } });
  assert.deepEqual(JSON.parse(written["Another client"]), { mcpServers: { "cardloom-second": { type: "http", url } } });
  await sound(page);
  await picture("settings");
  await close();
});

test("all of it goes by keyboard, and where the focus is can be seen", async () => {
  const { context, page, picture, close } = await somebody();
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: PAGE });
  await page.goto(PAGE + "/");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Sign in");
  await page.keyboard.press("Enter");
  await page.getByLabel(/username/i).fill("alice");
  await page.keyboard.press("Enter");
  await page.getByLabel("Password", { exact: true }).fill(CARDLOOM_ALICE);
  await page.keyboard.press("Enter");
  await heading(page, "Connect").waitFor();
  const reached = [];
  for (let step = 0; step < 200; step++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const one = document.activeElement;
      if (one === document.body) return null;
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      return { name: one.computedName, seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2, summary: one.localName === "summary" && !one.parentElement.open };
    });
    if (!at) break;
    assert.ok(at.seen, "no focus to be seen at " + at.name);
    reached.push(at.name);
    if (at.summary && at.name === "VS Code" && !reached.includes("opened")) {
      await page.keyboard.press("Enter");
      reached.push("opened");
    }
    if (at.name === "Copy VS Code, Demo") {
      await page.keyboard.press("Enter");
      await page.getByText("Copied.").waitFor();
      assert.match(await page.evaluate(() => navigator.clipboard.readText()), /"type": "http"/);
    }
  }
  for (const name of ["Sign out", "Copy MCP URL, Demo", "Claude Code", "Copy VS Code, Demo", "Copy MCP URL, Second"]) assert.ok(reached.includes(name), name + " is not among " + reached);
  await picture("keyboard");
  await close();
});

test("approved clients are shown as text whatever they call themselves, and one is revoked", async () => {
  const agent = await approved("Agent of Alice");
  for (const name of [SCRIPT, QUOTED, RIGHT_TO_LEFT, LONG]) await approved(name, CARDLOOM_ALICE, ["demo", "second"]);
  const { page, picture, close } = await somebody();
  await signIn(page);
  const clients = page.getByRole("region", { name: "Clients you approved" });
  const names = await clients.getByRole("heading", { level: 3 }).locator("bdi").allTextContents();
  assert.deepEqual(names.toSorted(), ["Agent of Alice", SCRIPT, QUOTED, RIGHT_TO_LEFT, LONG].toSorted());
  const one = clients.getByRole("article", { name: "Agent of Alice" });
  const text = (await one.textContent()).replace(/\s+/g, " ");
  const parts = ["name not checked", "See entries, cards, settings", "cardloom:read", "Change entries, cards and settings", "Stay connected while you are away", "Indemo", "connected", agent.client_id];
  for (const part of parts) assert.ok(text.includes(part), part + " in " + text);
  assert.equal(await one.locator("time").getAttribute("datetime"), new Date().toISOString().slice(0, 10));
  await sound(page);
  await picture("approvals");
  await page.setViewportSize({ width: 320, height: 640 });
  await sound(page);
  await picture("approvals-narrow");
  await page.setViewportSize({ width: 900, height: 800 });

  assert.equal(await agent.refresh(), 200);
  const button = one.getByRole("button", { name: "Revoke Agent of Alice" });
  await button.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("status").filter({ hasText: "Revoked." }).waitFor();
  assert.equal(await clients.getByRole("article", { name: "Agent of Alice" }).count(), 0);
  assert.equal(await clients.getByRole("article").count(), 4);
  assert.equal(await agent.refresh(), 400, "what was revoked is of no use");
  await sound(page);
  await picture("revoked");
  await close();
});

test("no other page revokes or signs out in somebody's name", async () => {
  const { context, page, close } = await somebody();
  await signIn(page);
  const article = page.getByRole("article", { name: LONG });
  const [form, approval] = await article.locator("input").evaluateAll(inputs => inputs.map(input => input.value));
  const post = (path, fields, headers = {}) => context.request.post(PAGE + path, { form: fields, headers, maxRedirects: 0 });
  const other = form.replace(/^./, first => first === "A" ? "B" : "A");
  const forged = [[{ approval }, {}], [{ approval, form: "" }, {}], [{ approval, form: other }, {}], [{ approval, form, more: "x".repeat(9_000) }, {}],
    [{ approval, form }, { Origin: "https://elsewhere.test" }], [{ approval, form }, { "Sec-Fetch-Site": "cross-site" }]];
  for (const [fields, headers] of forged) {
    const answer = await post("/connect/revoke", fields, headers);
    assert.equal(answer.status(), 403);
    assert.match(await answer.text(), /Nothing was done/);
    assert.equal((await post("/connect/sign-out", { ...fields }, headers)).status(), 403);
  }
  const stranger = await fetch(PAGE + "/connect/revoke", { method: "POST", body: new URLSearchParams({ approval, form }) });
  assert.equal(stranger.status, 401);
  await page.reload();
  assert.equal(await article.count(), 1);
  await close();
});

test("who signs out is signed out, everywhere, with copies of the cookies too", async () => {
  const { context, page, close } = await somebody();
  await signIn(page);
  const cookies = (await context.cookies()).filter(cookie => cookie.name.startsWith("cardloom-"));
  assert.deepEqual(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite]), Array(4).fill([true, "Lax"]));
  for (const { value } of cookies) assert.doesNotMatch(Buffer.from(value, "base64").toString("latin1"), /eyJ|accessToken|"typ"/, "cookies are encrypted");
  const copy = await somebody();
  await copy.context.addCookies(cookies);
  await copy.page.goto(PAGE + "/");
  await heading(copy.page, "Connect").waitFor();

  await page.getByRole("button", { name: "Sign out" }).click();
  await heading(page, "This is an MCP server").waitFor();
  assert.equal(page.url(), PAGE + "/");
  assert.deepEqual((await context.cookies()).filter(cookie => cookie.name.startsWith("cardloom-")), []);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel(/username/i).waitFor();

  // The copy is led to where it has to sign in.
  await copy.page.goto(PAGE + "/");
  await copy.page.getByLabel(/username/i).waitFor();
  await copy.close();
  await close();
});

test("a person without a workspace is told so, in German where the browser asks for it, in the dark too", async () => {
  const { page, picture, close } = await somebody({ locale: "de-AT", colorScheme: "dark" });
  await page.goto(PAGE + "/");
  await sound(page, "de");
  await picture("open-german");
  const words = { signIn: "Anmelden", title: "Verbinden", username: /benutzername/i, password: "Passwort" };
  await signIn(page, CARDLOOM_DAVE, "dave", words);
  await page.getByText("Sie gehören noch keinem Arbeitsbereich an.").waitFor();
  await page.getByText("Noch keine. Eine Anwendung steht hier").waitFor();
  await sound(page, "de");
  await picture("nothing-german-dark");
  await close();

  const alice = await somebody({ locale: "de-AT", colorScheme: "dark" });
  await signIn(alice.page, CARDLOOM_ALICE, "alice", words);
  await alice.page.getByText("Ihre Rollen: Administration").waitFor();
  await alice.page.getByText("VS Code").first().click();
  await sound(alice.page, "de");
  await alice.picture("german-dark");
  await alice.close();
});

test("without a script everything works but copying", async () => {
  const { page, close } = await somebody({ javaScriptEnabled: false });
  await signIn(page);
  assert.equal(await page.locator("button[data-copy]:visible").count(), 0);
  await page.getByText("Cursor", { exact: true }).first().click();
  assert.ok(await page.locator("pre:visible").first().isVisible());
  await page.getByRole("button", { name: "Revoke " + LONG }).click();
  await page.getByText("Revoked.").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await heading(page, "This is an MCP server").waitFor();
  await close();
});

test("cookies that cannot be read, and a return that nobody waits for, are no dead end", async () => {
  const { context, page, close } = await somebody();
  await context.addCookies(["token", "refresh", "id", "tenant", "state"].map(name => ({ name: "cardloom-" + name, value: "c3R1ZmY=", url: PAGE })));
  for (const path of ["/oidc/redirect?code=x&state=y", "/oidc/redirect?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/oidc/redirect?code=x&state=y&h_tenant=other", "/?back=1"]) {
    await page.goto(PAGE + path);
    await heading(page, "You are not signed in").waitFor();
    await sound(page);
  }
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel(/username/i).waitFor();
  await close();
});

test("signing in twice at once, and a code that the provider does not take, are no dead end", async () => {
  const { context, page, close } = await somebody();
  await page.goto(PAGE + "/connect/sign-in");
  await page.getByLabel(/username/i).waitFor();
  const later = await context.newPage();
  await later.goto(PAGE + "/connect/sign-in");
  await later.getByLabel(/username/i).waitFor();
  await page.getByLabel(/username/i).fill("alice");
  await page.keyboard.press("Enter");
  await page.getByLabel("Password", { exact: true }).fill(CARDLOOM_ALICE);
  await page.keyboard.press("Enter");
  await heading(page, "You are not signed in").waitFor();
  await sound(page);
  await page.getByRole("link", { name: "Sign in" }).click();
  await heading(page, "Connect").waitFor();
  await page.goBack();
  await page.goto(PAGE + "/");
  await heading(page, "Connect").waitFor();
  await close();

  const other = await somebody();
  await other.page.goto(PAGE + "/connect/sign-in");
  await other.page.getByLabel(/username/i).waitFor();
  const state = new URL(other.page.url()).searchParams.get("state");
  const response = await other.page.goto(PAGE + "/oidc/redirect?code=made-up&state=" + state);
  assert.equal(response.status(), 401);
  await heading(other.page, "You are not signed in").waitFor();
  await sound(other.page);
  other.complaints.length = 0;
  await other.close();
});

test("a token that ends while the provider is asked with it is renewed, and nobody sees it", async () => {
  await control("/short");
  const { page, close } = await somebody();
  await signIn(page);
  await control("/late");
  await page.reload();
  assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), "Connect");
  await close();
});

test("a visit outlives its tokens, and ends where the provider is gone", async () => {
  const { context, page, picture, close, complaints } = await somebody();
  await signIn(page);
  const value = async () => (await context.cookies()).find(cookie => cookie.name === "cardloom-token").value;
  const first = await value(), until = Date.now() + 60_000;
  const title = page.getByRole("heading", { level: 1 });
  while (await value() === first) {
    assert.ok(Date.now() < until, "the token is never renewed");
    await page.reload();
    // A provider that is late for once is said so, and asked again with the next look.
    assert.match(await title.textContent(), /^(Connect|Signing in does not work at the moment)$/);
  }
  await control("/down");
  await page.goto(PAGE + "/");
  await heading(page, "Signing in does not work at the moment").waitFor();
  await sound(page);
  await picture("away");
  complaints.length = 0;
  await close();
  const somebodyElse = await somebody();
  const response = await somebodyElse.page.goto(PAGE + "/");
  assert.equal(response.status(), 200);
  await somebodyElse.page.getByRole("link", { name: "Sign in" }).click();
  await heading(somebodyElse.page, "Signing in does not work at the moment").waitFor();
  somebodyElse.complaints.length = 0;
  await somebodyElse.close();
});
