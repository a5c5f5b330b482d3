// Turns measured figures into the tables of bench/README.md and into the list of targets. It measures nothing.

import { readFile, writeFile } from "node:fs/promises";

// Compressed; the platform takes 3 MB.
export const MAX_GZIP = 1_000_000;

const START = "<!-- figures -->";
const END = "<!-- /figures -->";

// Every target with what was measured: {name, is, wants, met}.
export function targets({ rates, bundle }) {
  const list = [];
  for (const { title, target, ratio } of rates) {
    if (target === null) continue;
    list.push({ name: `${title}, ratio`, is: two(ratio.median), wants: `at least ${target}`, met: ratio.median >= target });
  }
  if (bundle) {
    list.push({ name: "Bundle, gzip", is: kB(bundle.gzip), wants: `under ${kB(MAX_GZIP)}`, met: bundle.gzip < MAX_GZIP });
  }
  return list;
}

export function render({ facts, rates, bundle, signIn }) {
  const parts = [measuredOn(facts)];
  if (rates.length > 0) parts.push(ratesTable(rates, facts));
  if (bundle) parts.push(bundleTable(bundle));
  if (signIn) parts.push(signInText(signIn));
  return parts.join("\n\n");
}

function measuredOn(facts) {
  const busy = facts.load > facts.cores / 2 ? " **The machine was busy with other work: take these figures as a trial.**" : "";
  return `Measured on ${facts.date}: ${facts.cores} cores, ${facts.memory} GB of memory, ${facts.system}, node ${facts.node}, wrangler ${facts.wrangler}, workerd ${facts.workerd}. Load of the machine before: ${facts.load.toFixed(1)}.${busy}`;
}

function ratesTable(rates, { rounds, seconds }) {
  const rows = rates.map((rate) => [
    rate.title,
    Math.round(rate.perSecond),
    Math.round(rate.floorPerSecond),
    `**${two(rate.ratio.median)}** (${two(rate.ratio.least)} to ${two(rate.ratio.most)})`,
    rate.target === null ? "none" : `≥ ${rate.target}`,
    `${two(rate.noise.median)} (${two(rate.noise.least)} to ${two(rate.noise.most)})`,
    `${rate.p50.toFixed(0)} / ${rate.p95.toFixed(0)}`,
    rate.cpuMs === null ? "unknown" : `${two(rate.cpuMs)} / ${two(rate.floorCpuMs)}`,
    `${rate.bytes} / ${rate.floorBytes}`,
  ]);
  const head = ["Request", "Guildhall/s", "Floor/s", "Ratio", "Target", "Noise", "p50 / p95 ms", "CPU ms, ours / floor", "Bytes, ours / floor"];
  return `### Requests per second\n\n${table(head, rows)}\n\n${rounds} rounds of ${seconds} seconds for each server and request; ratio and noise are the median of the rounds, with the least and the most.`;
}

function bundleTable(bundle) {
  const rows = [
    ["Worker, as deployed", kB(bundle.bytes), "", kB(bundle.floor.bytes)],
    ["of it wasm", kB(bundle.wasm), "", kB(bundle.floor.wasm)],
    ["of it JavaScript", kB(bundle.script), "", kB(bundle.floor.script)],
    ["gzip", kB(bundle.gzip), `< ${kB(MAX_GZIP)}`, kB(bundle.floor.gzip)],
    ["Start-up", ms(bundle.startUpMs), "", ms(bundle.floorStartUpMs)],
  ];
  return `### Bundle and start-up\n\n${table(["", "Guildhall", "Target", "Floor"], rows)}\n\nGuildhall's own start-up is the difference, ${ms(bundle.startUpMs - bundle.floorStartUpMs)}, give or take 2 ms; the rest of both is the runtime's.`;
}

function signInText({ cpuMs, wallMs, count }) {
  const cpu = cpuMs === null ? "CPU time is only known on Linux" : `**${ms(cpuMs)} of CPU**`;
  return `### Sign-in\n\nOne sign-in: ${cpu}, ${ms(wallMs)} until the answer, both less an empty answer (${count} sign-ins, one after the other).`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, n) => (n ? "---:" : "---"))), ...rows.map(line)].join("\n");
}

const two = (number) => number.toFixed(2);
const ms = (number) => `${number.toFixed(1)} ms`;
const kB = (bytes) => `${(bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0)} kB`;

// Puts `text` between the markers of a document, and leaves everything else as it is.
export async function write(file, text) {
  await writeFile(file, between(await readFile(file, "utf8"), text));
}

export function between(document, text) {
  const start = document.indexOf(START);
  const end = document.indexOf(END);
  if (start < 0 || end < start) throw new Error(`the document lacks ${START} … ${END}`);
  return `${document.slice(0, start + START.length)}\n\n${text}\n\n${document.slice(end)}`;
}
