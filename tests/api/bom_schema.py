"""Holds a bill of materials against the schema of CycloneDX 1.6, which comes with its library."""

import json
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema_rs

HOME = "http://cyclonedx.org/schema/"
folder = files("cyclonedx.schema._res")


def schema(name):
    return json.loads((folder / name).read_text())


names = ["spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"]
registry = jsonschema_rs.Registry([(HOME + name, schema(name)) for name in names])
whole = schema("bom-1.6.SNAPSHOT.schema.json")
validator = jsonschema_rs.Draft7Validator(whole, registry=registry, validate_formats=True)
bill = json.loads(Path(sys.argv[1]).read_text())
wrong = [f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(bill)]
sys.exit("\n".join(wrong) or 0)
