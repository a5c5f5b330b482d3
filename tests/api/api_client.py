"""A client that a generator made from the API's document, imported whole and called by lines.

Reads calls from standard input, one JSON a line, and writes what came back. The first line that it
writes names every operation that it could import.
"""

import importlib
import json
import pkgutil
import sys

package_parent, package, base_url, token = sys.argv[1:5]
sys.path.insert(0, package_parent)
client_module = importlib.import_module(f"{package}.client")
models = importlib.import_module(f"{package}.models")
api = importlib.import_module(f"{package}.api")


def operations():
    for found in pkgutil.walk_packages(api.__path__, f"{package}.api."):
        module = importlib.import_module(found.name)
        if hasattr(module, "sync_detailed"):
            yield found.name.rsplit(".", 1)[1], module


def call(client, order, known):
    arguments = dict(order.get("arguments", {}))
    if "body" in order:
        arguments["body"] = getattr(models, order["model"]).from_dict(order["body"])
    response = known[order["operation"]].sync_detailed(client=client, **arguments)
    parsed = response.parsed
    return {
        "status": int(response.status_code),
        "type": [type(item).__name__ for item in parsed] if isinstance(parsed, list) else type(parsed).__name__,
        "body": json.loads(response.content) if response.content else None,
    }


def main():
    known = dict(operations())
    print(json.dumps(sorted(known)), flush=True)
    client = client_module.AuthenticatedClient(base_url=base_url, token=token, raise_on_unexpected_status=True)
    with client:
        for line in sys.stdin:
            print(json.dumps(call(client, json.loads(line), known)), flush=True)


main()
