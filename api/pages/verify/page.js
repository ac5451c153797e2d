// The page: takes a credential, has it judged here, and shows what was found. The credential leaves this browser in one
// place alone, `sendToNode`, after the reader has agreed.

import { UnsupportedError } from "./javascript/errors.js";
import { toHex, toUtf8 } from "./javascript/bytes.js";
import { sha256 } from "./javascript/hash.js";
import { load } from "./javascript/credential/document.js";
import { Flaw } from "./javascript/credential/flaw.js";
import { violations } from "./javascript/credential/json-schema.js";
import { readReceived } from "./javascript/credential/read.js";
import { POLICIES, reportOf, reportOfUnreadable } from "./javascript/credential/report.js";
import { element } from "./elements.js";
import { gathered } from "./gathering.js";
import { fetched, keepNodes, keptNodes, Network, nodes, NotHad } from "./network.js";
import { CannotScan, codeInPhoto, scanned } from "./scanning.js";
import { shownReport } from "./showing.js";

const MAX_FILE = 16_777_216;
const HERE = "Checked in this browser. The credential was not sent anywhere.";
const at = (id) => document.getElementById(id);
let network = null;
let structure = null;
let scan = null;

async function start() {
  listen();
  if (!globalThis.isSecureContext || globalThis.crypto?.subtle === undefined) {
    say("This browser lets no page check signatures over plain HTTP. Open this page over HTTPS, or from localhost.");
    return;
  }
  try {
    const [found, schema] = await Promise.all([Network.ofThisNode(), fetched("/verify/open-badges.json")]);
    const form = load(schema.bytes);
    structure = (name, document) => violations(form, document, `#/$defs/${name}`);
    network = found;
    showTrust();
  } catch (error) {
    if (!(error instanceof NotHad)) {
      throw error;
    }
    at("trust-words").replaceChildren(element("p", { class: "alarm" }, `This node's network is not known: ${error.message}.`));
    say("This node does not answer, so nothing can be checked now. Load the page again, or open it at another node.");
  }
}

function listen() {
  const drop = at("drop");
  at("choose").addEventListener("click", () => at("file").click());
  at("file").addEventListener("change", ({ target }) => takeFile(target));
  at("photo").addEventListener("change", ({ target }) => takePhoto(target));
  at("check").addEventListener("click", () => takeText(at("text").value));
  at("scan").addEventListener("click", startScan);
  at("stop").addEventListener("click", () => endScan());
  at("from-photo").addEventListener("click", () => at("photo").click());
  at("keep").addEventListener("click", keepNetwork);
  at("keep-nodes").addEventListener("click", keepTypedNodes);
  at("nodes").value = keptNodes().join("\n");
  document.addEventListener("paste", takePasted);
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  document.addEventListener("dragleave", () => drop.classList.remove("over"));
  document.addEventListener("drop", takeDropped);
  window.addEventListener("beforeprint", () => document.querySelectorAll("#report details").forEach((each) => (each.open = true)));
}

function say(text) {
  at("progress").textContent = text;
}

function showTrust() {
  const isOther = network.choice === "other";
  const words = element("p", { class: "words", id: "words" }, network.words);
  const alarm = element(
    "div",
    { class: "alarm", role: "alert" },
    "This node serves another network than the one that you chose in this browser. Nothing is checked. If that is not what you expect, leave this page. ",
    forgetButton(),
  );
  const told = {
    none: "The node that serves this page says that its network has these eight words:",
    this: "These are the words of the network that you have chosen:",
    other: "Its words are:",
  }[network.choice];
  at("trust-words").replaceChildren(...(isOther ? [alarm] : []), element("p", {}, told), words);
  at("trust-choice").hidden = network.choice !== "none";
  at("network").open ||= isOther;
}

function forgetButton() {
  const button = element("button", { type: "button", id: "forget" }, "Forget my choice");
  button.addEventListener("click", () => {
    network.forget();
    showTrust();
    say("");
  });
  return button;
}

function keepNetwork() {
  network?.keep();
  showTrust();
}

function keepTypedNodes() {
  const { kept, refused } = keepNodes(at("nodes").value);
  const wrong = refused.length === 0 ? "" : ` Not an address that can be asked (https://…): ${refused.join(", ")}.`;
  at("nodes-kept").textContent = `${kept.length} kept.${wrong}`;
}

async function takeFile(input) {
  const [file] = input.files;
  input.value = "";
  if (file !== undefined) {
    await takeBlob(file);
  }
}

async function takeBlob(file) {
  if (file.size > MAX_FILE) {
    say("That file is longer than any credential. Choose another one.");
    return;
  }
  await take(new Uint8Array(await file.arrayBuffer()));
}

async function takeText(text) {
  if (text.trim() === "") {
    say("There is nothing to check yet. Paste the credential's text, or choose its file.");
    at("text").focus();
    return;
  }
  await take(toUtf8(text));
}

async function takePasted(event) {
  const [file] = event.clipboardData?.files ?? [];
  const isField = ["TEXTAREA", "INPUT"].includes(event.target?.tagName);
  if (file !== undefined) {
    event.preventDefault();
    await takeBlob(file);
  } else if (!isField) {
    at("text").value = event.clipboardData?.getData("text") ?? "";
    await takeText(at("text").value);
  }
}

async function takeDropped(event) {
  event.preventDefault();
  at("drop").classList.remove("over");
  const [file] = event.dataTransfer?.files ?? [];
  if (file !== undefined) {
    await takeBlob(file);
  } else if (event.dataTransfer?.getData("text")) {
    await takeText(event.dataTransfer.getData("text"));
  }
}

async function startScan() {
  endScan();
  scan = new AbortController();
  at("camera").hidden = false;
  at("video").hidden = false;
  try {
    await takeCode(await scanned(at("video"), scan.signal));
  } catch (error) {
    tellCannotScan(error);
  }
}

function endScan() {
  scan?.abort();
  at("camera").hidden = true;
  at("video").hidden = true;
}

async function takePhoto(input) {
  const [photo] = input.files;
  input.value = "";
  try {
    await takeCode(photo === undefined ? null : await codeInPhoto(photo));
  } catch (error) {
    tellCannotScan(error);
  }
}

function tellCannotScan(error) {
  if (!(error instanceof CannotScan)) {
    throw error;
  }
  endScan();
  at("camera").hidden = !error.canReadPhotos;
  say(error.message);
}

async function takeCode(text) {
  if (text === null) {
    return;
  }
  endScan();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    say(`The QR code holds no credential but an address: ${text.slice(0, 200)}. Opening it would tell its owner that you look. If you trust it, open it, save the credential, and choose the file here.`);
    return;
  }
  at("text").value = text;
  await takeText(text);
}

async function take(bytes) {
  if (network === null || network.choice === "other") {
    say("Nothing is checked before it is clear which network this is: see below.");
    at("network").open = true;
    return;
  }
  at("report").hidden = true;
  say("Checking, in this browser …");
  try {
    const policy = POLICIES[at("policy").value];
    const { entries, wrapper } = await readReceived(bytes);
    const judged = await Promise.all(entries.map((entry) => judgedHere(entry, policy)));
    show(judged, HERE, bytes, wrapper);
    offerNode(bytes, judged);
  } catch (error) {
    if (!(error instanceof UnsupportedError)) {
      say("Something went wrong in this page, so nothing was checked. Load it again; if it happens again, tell whoever runs this node.");
      throw error;
    }
    say("This browser cannot check such signatures (Ed25519). A newer one can: Chrome or Edge 137, Firefox 129, Safari 17.");
  }
}

async function judgedHere(entry, policy) {
  if (entry instanceof Flaw) {
    return { report: reportOfUnreadable(entry, policy), reason: whyNodeHelps(null, [entry]) };
  }
  const { facts, evidence } = await gathered(entry, network);
  const report = await reportOf(entry, facts, policy, Date.now(), structure, evidence);
  return { report, reason: whyNodeHelps(entry, report.checks) };
}

/** Why a node could say more than this page; "" where it could not. */
function whyNodeHelps(secured, checks) {
  if (secured?.needsNode) {
    return "Its signature covers what it says as linked data, not its text, and this page cannot check that.";
  }
  if (secured?.claims.issuer?.startsWith("did:web:") && checks.some(({ reason }) => reason === "unknown-issuer")) {
    return "Its issuer is not in the registry. A node can ask the issuer's own web server for its keys, where its operator permits that.";
  }
  return checks.some(({ detail }) => detail?.includes("a node can, if you choose")) ? "It is a PDF, and this page cannot open one." : "";
}

function show(judged, by, bytes, wrapper) {
  const wrapped = wrapper ? [element("p", { class: "by" }, `Found in a ${wrapper}.`)] : [];
  const print = element("button", { type: "button", id: "print" }, "Print this report");
  print.addEventListener("click", () => window.print());
  at("report").replaceChildren(
    ...wrapped,
    ...judged.map(({ report }, index) => shownReport(report, by, index + 1)),
    element("div", { class: "actions" }, print),
    element(
      "p",
      { class: "printed" },
      `Checked at ${new Date().toISOString()} on the page of ${location.origin}. Network: ${network.words}. Nodes asked: ${nodes().join(", ")}. SHA-256 of what was checked: ${toHex(sha256(bytes))}.`,
    ),
  );
  at("report").hidden = false;
  say("");
  at("report").focus();
}

function offerNode(bytes, judged) {
  const why = judged.map(({ reason }) => reason).find((reason) => reason);
  if (!why) {
    return;
  }
  const agree = element("input", { type: "checkbox", id: "agree" });
  const button = element("button", { type: "button", id: "send", disabled: true }, "Send it to this node");
  agree.addEventListener("change", () => (button.disabled = !agree.checked));
  button.addEventListener("click", () => sendToNode(bytes, button));
  const box = element(
    "section",
    { class: "send", "aria-labelledby": "send-title" },
    element("h2", { id: "send-title" }, "A node could check it"),
    element("p", {}, `${why} The node ${location.host} can try.`),
    element("p", {}, "For that the whole credential is sent there, with all that it says about a person. The node's software keeps and logs nothing of it, but whoever runs the node could read it; and its answer is its word, which this page cannot prove."),
    element("label", {}, agree, element("span", {}, `I agree that this credential is sent to ${location.host}.`)),
    button,
  );
  at("report").querySelector(".verdict").after(box);
}

/** The one place where a credential leaves the browser. */
async function sendToNode(bytes, button) {
  button.disabled = true;
  say(`Sent to ${location.host}, which is checking it …`);
  const policy = at("policy").value;
  try {
    const answer = await fetched(`/v1/verify?policy=${policy}`, {
      method: "POST",
      body: bytes,
      headers: { "content-type": "application/octet-stream", accept: "application/json" },
    });
    const { credentials, wrapper } = JSON.parse(new TextDecoder().decode(answer.bytes));
    const by = `Checked by the node ${location.host}, to which you sent the credential. This is its word.`;
    show(credentials.map((report) => ({ report, reason: "" })), by, bytes, wrapper ?? "");
  } catch (error) {
    if (!(error instanceof NotHad)) {
      throw error;
    }
    button.disabled = false;
    say(`The node did not check it: ${error.message}. Try again in a moment.`);
  }
}

await start();
