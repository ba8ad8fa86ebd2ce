// The page for people over a running stack: with what the stack gives the aggregator, a person signs in, finds the workspaces and
// signs out. What the page does in full is in `connect/`.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const { CARDLOOM_MCP_URL, CARDLOOM_OTHER_URL, CARDLOOM_PERSON, CARDLOOM_PASSWORD } = process.env;
const home = new URL("/", CARDLOOM_MCP_URL).href;
const browser = await chromium.launch({ executablePath: process.env.CARDLOOM_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage({ locale: "en-GB" });
  await page.goto(home);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel(/username/i).fill(CARDLOOM_PERSON);
  await page.keyboard.press("Enter");
  await page.getByLabel("Password", { exact: true }).fill(CARDLOOM_PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Connect" }).waitFor();
  assert.equal(page.url(), home);
  assert.deepEqual(await page.locator("article code.url").allTextContents(), [CARDLOOM_MCP_URL, CARDLOOM_OTHER_URL]);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "This is an MCP server" }).waitFor();
  console.log("done connect");
} finally {
  await browser.close();
}
