// CPU time of a server and all its children, out of Linux's /proc. Elsewhere there is none, and callers get null.
// It disturbs nothing and, unlike requests per second, hardly moves when others use the machine.

import { readdirSync, readFileSync } from "node:fs";

// The unit of /proc/PID/stat, which is the same on every Linux that Node runs on.
const TICKS_PER_SECOND = 100;

function processes() {
  let names;
  try {
    names = readdirSync("/proc");
  } catch {
    return null;
  }
  const found = new Map();
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The command stands in brackets and may itself hold blanks and brackets.
      const [, pid, command, rest] = /^(\d+) \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${name}/stat`, "utf8"));
      const fields = rest.split(" ");
      found.set(Number(pid), { command, parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

// Milliseconds used so far by `pid` and what it started, or only by those of them called `command`.
export function cpuMs(pid, command) {
  const all = processes();
  if (!all?.has(pid)) return null;
  let ticks = 0;
  for (const [id, found] of all) {
    if (command && found.command !== command) continue;
    for (let up = id; all.has(up); up = all.get(up).parent) {
      if (up === pid) {
        ticks += found.ticks;
        break;
      }
    }
  }
  return (ticks * 1000) / TICKS_PER_SECOND;
}

// The direct children of this process: a server started by somebody else's code is told by the one that is new.
export function children() {
  const all = processes() ?? new Map();
  return [...all].filter(([, found]) => found.parent === process.pid).map(([pid]) => pid);
}
