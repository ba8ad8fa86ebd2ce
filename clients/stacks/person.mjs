// A person at the identity provider's pages: by form posts as a browser without scripts sends them, or in headless Chromium.
// Both take an authorization URL and a choice, and return the URL the provider sent the person back to.
//
// A choice: { workspaces: [safename ...], scopes?: [word ...] (all that are asked for where missing), deny?: true }
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

export const REDIRECT = "http://127.0.0.1:33418/callback";
const HOPS_MAX = 10, PAGE_WAIT_MS = 60_000;

// Entities that the pages use in attributes.
const unescape = text => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" })[name]);
const attribute = (tag, name) => { const found = new RegExp("\\s" + name + '="([^"]*)"').exec(tag); return found && unescape(found[1]); };

export function byForms(username, password) {
  const cookies = new Map();
  async function follow(url, init = {}) {
    for (let hop = 0; hop < HOPS_MAX; hop++) {
      const cookie = [...cookies].map(([name, value]) => name + "=" + value).join("; ");
      const response = await fetch(url, { ...init, redirect: "manual", headers: { Accept: "text/html", "Accept-Language": "en", ...init.headers, ...cookie && { Cookie: cookie } } });
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
        if (/;\s*max-age=0/i.test(line)) cookies.delete(name); else cookies.set(name, value);
      }
      if (Math.floor(response.status / 100) !== 3) return { url, html: await response.text(), status: response.status };
      url = new URL(response.headers.get("location"), url).href;
      init = {};
      if (url.startsWith(REDIRECT)) return { url, html: "" };
    }
    assert.fail("more than " + HOPS_MAX + " redirects");
  }
  // Sends the form with this id; check boxes and buttons only as `fields` says.
  async function submit({ url, html }, id, fields) {
    const form = new RegExp('<form[^>]*\\sid="' + id + '"[^>]*>[\\s\\S]*?</form>').exec(html)?.[0];
    assert.ok(form, "no form " + id + " in " + html);
    const body = new URLSearchParams();
    for (const [input] of form.matchAll(/<input[^>]*>/g)) {
      const name = attribute(input, "name"), type = attribute(input, "type");
      if (name && !(name in fields) && type !== "checkbox" && type !== "submit") body.append(name, attribute(input, "value") ?? "");
    }
    for (const [name, values] of Object.entries(fields)) for (const value of [values].flat()) body.append(name, value);
    return follow(new URL(attribute(/<form[^>]*>/.exec(form)[0], "action"), url).href, { method: "POST", body });
  }
  const offered = (html, name) => [...html.matchAll(/<input[^>]*>/g)].map(([input]) => input).filter(input => attribute(input, "name") === name);
  return {
    async answer(authorization, { workspaces, scopes, deny }) {
      let page = await follow(authorization);
      if (page.html.includes('id="kc-form-login"')) {
        page = await submit(page, "kc-form-login", { username });
        page = await submit(page, "kc-form-login", { password });
      }
      assert.match(page.html, /id="cardloom-approval"/, "the approval page comes at every authorization");
      const asked = offered(page.html, "scope").map(input => attribute(input, "value"));
      const landed = await submit(page, "cardloom-approval", { workspace: workspaces, scope: scopes ?? asked, decision: deny ? "deny" : "approve" });
      return { url: new URL(landed.url), workspaces: offered(page.html, "workspace").map(input => attribute(input, "value")), asked };
    },
    close() {},
  };
}

export async function inChromium(username, password) {
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath: process.env.CARDLOOM_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 900, height: 900 } });
  const shots = fileURLToPath(new URL("../target/screenshots", import.meta.url));
  await mkdir(shots, { recursive: true });
  let shot = 0;
  return {
    async answer(authorization, { workspaces, scopes, deny }) {
      const page = await context.newPage();
      page.setDefaultTimeout(PAGE_WAIT_MS);
      await page.route(REDIRECT + "*", route => route.fulfill({ body: "back at the client" }));
      await page.goto(authorization);
      if (await page.locator("#kc-form-login").count()) {
        await page.getByLabel(/username/i).fill(username);
        await page.keyboard.press("Enter");
        await page.getByLabel("Password", { exact: true }).fill(password);
        await page.keyboard.press("Enter");
      }
      await page.locator("#cardloom-approval").waitFor();
      const values = name => page.locator(`input[name=${name}]`).evaluateAll(inputs => inputs.map(input => input.value));
      const [offered, asked] = [await values("workspace"), await values("scope")];
      for (const one of offered) await page.locator(`input[name=workspace][value="${one}"]`).setChecked(workspaces.includes(one));
      for (const one of scopes ? asked : []) {
        const box = page.locator(`input[name=scope][value="${one}"]`);
        if (await box.isEnabled()) await box.setChecked(scopes.includes(one));
      }
      await page.screenshot({ path: `${shots}/approval-${++shot}.png`, fullPage: true });
      await page.locator(deny ? "#kc-deny" : "#kc-approve").click();
      await page.waitForURL(REDIRECT + "*");
      const url = new URL(page.url());
      await page.close();
      return { url, workspaces: offered, asked };
    },
    close: () => browser.close(),
  };
}
