// A real browser, a host page on loopback and the views as the server would hand them out.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = fileURLToPath(new URL(".", import.meta.url));
const apps = join(here, "../../aggregator/src/main/resources/apps");
export const PICTURES = join(here, "../target/screenshots");
const WAIT_MS = 30_000;

export const schemas = JSON.parse(await readFile(join(here, "fixtures/schemas.json"), "utf8"));

// A view's text with the schemas put in, the way the server does it: no `<` survives in them.
export async function view(file, given = schemas) {
  const text = await readFile(join(apps, file), "utf8");
  return text.replace("/*CARDLOOM_SCHEMAS*/{}", () => JSON.stringify(given).replaceAll("<", "\\u003c"));
}

// What a host sends along for the frame: nothing from anywhere, only what stands in the page itself.
const CSP = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; sandbox allow-scripts";

export async function startBrowser(pages = {}, pictures = PICTURES) {
  const profile = await mkdtemp(join(tmpdir(), "cardloom-chromium-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CARDLOOM_CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    viewport: { width: 760, height: 620 },
    deviceScaleFactor: 1.5,
    // The frame in the page's own process: with one of its own, a busy machine loses clicks right after a screenshot.
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--enable-blink-features=ComputedAccessibilityInfo", "--disable-features=IsolateSandboxedIframes"],
  });
  browser.setDefaultTimeout(WAIT_MS);
  const served = new Map(Object.entries({ "/host.html": ["text/html", await readFile(join(here, "host.html"))], ...pages }));
  const server = createServer((request, response) => {
    const found = served.get(request.url);
    if (!found) return response.writeHead(404).end();
    const [type, body, csp] = found;
    response.writeHead(200, { "content-type": type + "; charset=utf-8", ...(csp ? { "content-security-policy": csp } : {}) }).end(body);
  });
  await new Promise(resolve => server.listen(0, "127.0.0.1", resolve));
  const origin = "http://127.0.0.1:" + server.address().port;
  let opened = 0;

  // A page whose every complaint is kept: dialogs, errors, failed or foreign requests.
  async function page(path, size) {
    const page = await browser.newPage();
    const complaints = [];
    if (size) await page.setViewportSize(size);
    page.on("dialog", dialog => { complaints.push("dialog: " + dialog.message()); dialog.dismiss(); });
    page.on("pageerror", error => complaints.push("error: " + error.message));
    page.on("console", message => { if (message.type() === "error") complaints.push("console: " + message.text()); });
    page.on("request", request => { if (!request.url().startsWith(origin) && !request.url().startsWith("about:")) complaints.push("request: " + request.url()); });
    return { page, complaints, visit: () => page.goto(origin + path) };
  }

  // Opens a view in the host page, from the sources or as the `html` given. `called` answers its tool calls.
  async function open(file, { html, result, input = {}, theme = "light", locale = "en", context = {}, capabilities, called = () => ({}), given, size } = {}) {
    const app = "/view-" + ++opened;
    served.set(app, ["text/html", html ?? await view(file, given), CSP]);
    const { page: tab, complaints, visit } = await page("/host.html", size);
    const calls = [];
    await tab.exposeFunction("setup", () => ({
      app, input, result, context: { theme, locale, styles: { variables: FONTS }, ...context },
      capabilities: capabilities ?? { serverTools: {}, updateModelContext: {}, message: {} },
    }));
    await tab.exposeFunction("called", params => { calls.push(params); return called(params, calls.length); });
    await visit();
    const frame = tab.frameLocator("iframe");
    await tab.waitForFunction(() => window.messages?.some(message => message.method === "ui/notifications/initialized"));
    return {
      page: tab, frame, calls, complaints,
      inside: tab.frames().find(one => one.url().endsWith(app)),
      // What the view has told the host; the first may still be on its way.
      message: async method => (await tab.waitForFunction(wanted => window.messages.find(message => message.method === wanted), method)).jsonValue(),
      messages: method => tab.evaluate(wanted => window.messages.filter(message => message.method === wanted), method),
      send: message => tab.evaluate(sent => window.send(sent), message),
      reply: async id => (await tab.waitForFunction(wanted => window.replies.find(reply => reply.id === wanted), id)).jsonValue(),
      picture: async name => {
        await mkdir(pictures, { recursive: true });
        await tab.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))));
        await tab.screenshot({ path: join(pictures, name + ".png") });
      },
      // Ends the test on a page that complained of nothing.
      close: async () => { assert.deepEqual(complaints, []); await tab.close(); },
    };
  }

  return {
    origin, page, open, serve: (path, type, body) => served.set(path, [type, body]),
    stop: async () => { await browser.close(); server.close(); await rm(profile, { recursive: true, force: true }); },
  };
}

// A host's font; the system's own differs from machine to machine.
const FONTS = { "--font-sans": "Inter, 'Liberation Sans', Arial, sans-serif" };

// Controls that a screen reader could not name, and such that are too small to hit.
export const unnamed = inside => inside.evaluate(() =>
  [...document.querySelectorAll("button,input,select,textarea,summary,a,table,[tabindex='0'],[role=region],fieldset")]
    .filter(one => one.checkVisibility() && !(one.computedName ?? "").trim() && one.localName !== "table")
    .map(one => one.outerHTML.slice(0, 160)));

// Texts that stand out less than WCAG AA asks for, with their ratio.
export const faint = inside => inside.evaluate(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255]; };
  const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const over = (top, below) => top.slice(0, 3).map((c, i) => c * top[3] + below[i] * (1 - top[3]));
  const ground = one => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) layers.unshift(rgba(getComputedStyle(at).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const one = text.parentElement;
    if (!text.data.trim() || one.closest("script,style") || !one.checkVisibility({ visibilityProperty: true })) continue;
    const below = ground(one), style = getComputedStyle(one);
    const above = over(rgba(one instanceof SVGElement ? style.fill : style.color), below);
    const [a, b] = [light(above), light(below)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.add(ratio.toFixed(2) + " " + text.data.trim().slice(0, 40));
  }
  return [...found];
});
