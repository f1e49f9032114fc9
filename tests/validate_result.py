#!/usr/bin/env python3
"""Validates result documents against bench/result.schema.json.

validate_result.py SCHEMA DOCUMENT...   1 if a document is not as the schema says, with the place
validate_result.py --documented SCHEMA  1 if a property says nothing of itself, or a number no unit
"""
import json
import sys

import jsonschema


def no_constant(name):
    raise ValueError(name + " is not JSON")


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file, parse_constant=no_constant)


def fates_add_up(document):
    for run in document.get("runs", []):
        items = dict(run["items"])
        total = items.pop("total")
        items.pop("lost_max", None)  # a bound, not a fate
        if run["audited"] and sum(items.values()) != total:
            yield f"runs: the fates of {run['contender']} do not add up to {total}"


def complaints(schema, document):
    validator = jsonschema.Draft7Validator(schema)
    found = [
        "/".join(map(str, error.absolute_path)) + ": " + error.message
        for error in validator.iter_errors(document)
    ]
    return found or list(fates_add_up(document))


def undocumented(node, path):
    """Every property has a description (its own or of what it refers to); every number a unit."""
    for name, child in node.get("properties", {}).items():
        here = path + "/" + name
        if "description" not in child and "$ref" not in child:
            yield here + " has no description"
        types = child.get("type", [])
        types = types if isinstance(types, list) else [types]
        if {"integer", "number"} & set(types) and "unit" not in child:
            yield here + " has no unit"
    for key, child in node.items():
        if isinstance(child, dict):
            yield from undocumented(child, path + "/" + key)
        elif isinstance(child, list):
            for item in child:
                if isinstance(item, dict):
                    yield from undocumented(item, path + "/" + key)


def main(arguments):
    if arguments[0] == "--documented":
        schema = load(arguments[1])
        jsonschema.Draft7Validator.check_schema(schema)
        found = list(undocumented(schema, ""))
    else:
        schema = load(arguments[0])
        found = [
            path + ": " + line
            for path in arguments[1:]
            for line in complaints(schema, load(path))
        ]
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
