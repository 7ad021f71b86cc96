import assert from "node:assert/strict";
import test from "node:test";

import { createMemory } from "../../static/js/lib/storage.js";
import { ownStorage, pathHere, socketUrlOf, urlOf } from "../../static/js/net/root.js";
import { openPage, setGlobals } from "./fakepage.js";

const PREFIXES = ["/", "/playground/", "/user/x/proxy/8000/"];
/** Pages, and the root that the server writes into them. */
const PAGES = [["", "./"], ["?embed=1#noise=5", "./"], ["lessons", "./"], ["lessons/depth", "../"], ["class/ABC%20234", "../"], ["class/ABC234/lessons/xor", "../../../"], ["/lessons//", "../../../"]];
let loads = 0;

/** Loads a page as a browser does: the script that runs before everything else. @param {string} address @param {string} root */
async function load(address, root) {
  openPage();
  const { href, pathname, search, hash } = new URL(address);
  Object.assign(globalThis.document, { baseURI: href });
  globalThis.document.documentElement.dataset.root = root;
  setGlobals({ localStorage: createMemory()(), location: { pathname, search, hash }, self: { origin: "https://here" } });
  await import(`../../static/js/theme-init.js?root${loads++}`);
}

test("every page knows its server under any path", async () => {
  for (const prefix of PREFIXES) {
    for (const [page, root] of PAGES) {
      await load(`https://here${prefix}${page}`, root);
      assert.equal(urlOf(""), `https://here${prefix}`, page);
      assert.equal(urlOf("lessons/xor#noise=5"), `https://here${prefix}lessons/xor#noise=5`);
      assert.equal(socketUrlOf("ws/ABC234"), `wss://here${prefix}ws/ABC234`);
      assert.equal(pathHere(), page.replace(/[?#].*$/, ""));
    }
  }
  await load("http://localhost:8000/", "./");
  assert.equal(socketUrlOf("ws"), "ws://localhost:8000/ws");
});

test("the root outlasts a change of the address", async () => {
  await load("https://here/tools/class/ABC234", "../");
  Object.assign(globalThis.document, { baseURI: "https://here/tools/class/ABC234/lessons/xor" });
  Object.assign(globalThis.location, { pathname: "/tools/class/ABC234/lessons/xor" });
  assert.deepEqual([urlOf("join"), pathHere()], ["https://here/tools/join", "class/ABC234/lessons/xor"]);
});

test("servers of one host keep their entries apart", async () => {
  const local = createMemory();
  local().setItem("class", "saved by an earlier version");
  await load("https://here/teach", "./");
  assert.equal(ownStorage(local)().getItem("class"), "saved by an earlier version");
  await load("https://here/a/teach", "./");
  assert.equal(ownStorage(local)().getItem("class"), null);
  ownStorage(local)().setItem("class", "a");
  await load("https://here/b/teach/lessons/xor", "../../");
  assert.equal(ownStorage(local)().getItem("class"), null);
  await load("https://here/a/screen", "./");
  assert.equal(ownStorage(local)().getItem("class"), "a");
});
