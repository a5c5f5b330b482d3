// The bill of materials that the build has written is CycloneDX, by the standard's own schema.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join as joined } from "node:path";
import { test } from "node:test";
import { runPython } from "../support/python.mjs";
import { root } from "../support/server.mjs";

test("the bill of materials is whole, and valid by the strict schema", async () => {
  const file = joined(root, "build/bom.json");
  const { code, output } = await runPython([joined(root, "tests/api/bom_schema.py"), file]);
  assert.equal(code, 0, output);
  const bill = JSON.parse(await readFile(file, "utf8"));
  const references = bill.components.map((component) => component["bom-ref"]);
  assert.equal(new Set(references).size, references.length);
  for (const component of bill.components.filter(({ purl }) => purl?.startsWith("pkg:npm/"))) {
    assert.equal(component.scope, "excluded", component.name);
    assert.equal(component.hashes[0].alg, "SHA-512", component.name);
  }
  const shipped = bill.components.filter(({ scope, type }) => scope === "required" && type === "library");
  assert.ok(shipped.length > 50);
  for (const { name, purl, hashes, licenses } of shipped) {
    assert.ok(licenses?.length, `${name} has no licence`);
    assert.ok(name.startsWith("guildhall-") || (purl && hashes), `${name} has no checksum`);
  }
});
