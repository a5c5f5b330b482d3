"""A client of the Team and Authentication API, as a generator makes it from the contract.

Reads calls from standard input, one JSON a line, makes each through the generated client, and
writes what came back. The generated parser is lenient, so every body is also held against the
contract's schema, in which each documented field is required.
"""

import importlib
import json
import sys
from pathlib import Path

import jsonschema_rs
import yaml

contract_path, package_parent, package, base_url, token = sys.argv[1:6]
sys.path.insert(0, package_parent)
client_module = importlib.import_module(f"{package}.client")
errors = importlib.import_module(f"{package}.errors")

CONTRACT = yaml.safe_load(Path(contract_path).read_text())
FOLDERS = {"Authentication": "authentication", "Team Members": "team_members", "Team Secrets": "team_secrets"}


def strict(schema):
    """JSON Schema of an OpenAPI 3.0 schema: `nullable` as a type, every property required."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: strict(value) for key, value in schema.items() if key != "nullable"}
    if schema.get("nullable"):
        out["type"] = [out["type"], "null"]
    if "properties" in schema:
        out["required"] = list(schema["properties"])
    return out


def operations():
    for path, item in CONTRACT["paths"].items():
        for method, operation in item.items():
            if method in ("get", "put", "post", "patch", "delete"):
                yield operation["operationId"], operation


def response_schema(operation, status):
    content = operation["responses"].get(str(status), {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return schema and {**strict(schema), "components": strict(CONTRACT["components"])}


def snake(name):
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def violations(operation, status, content):
    schema = response_schema(operation, status)
    if schema is None:
        return [] if content == b"" else ["a body where the contract has none"]
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    return [f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(json.loads(content))]


def call(client, order, known):
    operation = known[order["operation"]]
    folder, name = FOLDERS[operation["tags"][0]], snake(order["operation"])
    module = importlib.import_module(f"{package}.api.{folder}.{name}")
    arguments = dict(order.get("arguments", {}))
    if "body" in order:
        models = importlib.import_module(f"{package}.models")
        arguments["body"] = getattr(models, order["model"]).from_dict(order["body"])
    try:
        response = module.sync_detailed(client=client, **arguments)
    except errors.UnexpectedStatus as unexpected:
        return {"undocumented": unexpected.status_code, "body": json.loads(unexpected.content)}
    parsed = response.parsed
    return {
        "status": int(response.status_code),
        "type": [type(item).__name__ for item in parsed] if isinstance(parsed, list) else type(parsed).__name__,
        "contentType": response.headers.get("content-type"),
        "body": json.loads(response.content) if response.content else None,
        "violations": violations(operation, int(response.status_code), response.content),
    }


def main():
    known = dict(operations())
    # A key of its own for each call that names one; the base URL and the rest stay.
    for line in sys.stdin:
        order = json.loads(line)
        client = client_module.AuthenticatedClient(
            base_url=base_url,
            token=order.get("token", token),
            raise_on_unexpected_status=True,
            headers={"Content-Type": "application/json"},
        )
        with client:
            print(json.dumps(call(client, order, known)), flush=True)


main()
