#!/usr/bin/env python3
"""Generates generated/ from schema/. `generate.py --check` only compares, for CI."""

import argparse
import hashlib
import json
import pathlib
import sys

from vkxx_codegen import (GENERATOR_VERSION, build, check, cpp_codecs, cpp_events, cpp_methods,
                          cpp_objects, cpp_tests, cpp_types, description, error_meanings, overlay,
                          shapes, tables)

ROOT = pathlib.Path(__file__).resolve().parent.parent


def load_model(schema):
    """The checked model of a schema folder; raises SystemExit with the findings."""
    content = description.read(schema)
    if content is None:
        raise SystemExit(f"generate: {schema} contains no import; run import_schema.py first")
    try:
        model = build.build(content, overlay.read_overlays(pathlib.Path(schema) / "overlays"))
    except (build.ModelError, shapes.ShapeError, overlay.OverlayError) as error:
        raise SystemExit(f"generate: {error}") from None
    findings = check.check(model)
    if findings:
        raise SystemExit("generate: the model is invalid:\n  " + "\n  ".join(findings))
    return model


def schema_hash(schema):
    """One SHA-256 over the description and its overlays."""
    digest = hashlib.sha256()
    for path in sorted(pathlib.Path(schema).rglob("*.json")):
        digest.update(path.relative_to(schema).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def files(model, schema):
    """All generated files: relative path -> text."""
    out = {"schema_tables/tables.cpp": tables.emit(model)}
    types = cpp_types.CppTypes(model)
    out["include/vkxx/objects/fwd.hpp"] = cpp_objects.emit_fwd(types)
    for section in model.sections:
        out[f"include/vkxx/objects/{section}.hpp"] = cpp_objects.emit_objects(types, section)
        out[f"include/vkxx/api/{section}_types.hpp"] = (
            cpp_objects.emit_method_types(types, section))
    out["include/vkxx/updates/event_types.hpp"] = cpp_events.emit(types)
    for name, text in cpp_methods.headers(types).items():
        out[f"include/vkxx/{name}"] = text
    for name, text in cpp_codecs.sources(types).items():
        out[f"src/{name}"] = text
    for name, text in cpp_tests.tests(types).items():
        out[f"tests/{name}"] = text
    out |= error_meanings.files(pathlib.Path(schema) / "overlays")
    out = {name: text for name, text in out.items() if text}
    manifest = {
        "generator_version": GENERATOR_VERSION,
        "api_version": model.manifest["api_version"],
        "schema_sha256": schema_hash(schema),
        "methods": len(model.methods),
        "structs": len(model.structs),
        "enums": len(model.enums),
        "files": len(out) + 1,
    }
    out["manifest.json"] = json.dumps(manifest, indent=2) + "\n"
    return out


def present(folder, wanted):
    """The generated files that exist now, also outside of the folder."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")
             if path.is_file() and path.name not in ("CMakeLists.txt", "README.md")}
    paths |= {name: folder / name for name in wanted
              if name.startswith("../") and (folder / name).is_file()}
    return {name: path.read_text(encoding="utf-8") for name, path in paths.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schema", type=pathlib.Path, default=ROOT / "schema")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "generated")
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    options = parser.parse_args()
    wanted = files(load_model(options.schema), options.schema)
    have = present(options.output, wanted) if options.output.is_dir() else {}
    changed = sorted(name for name in wanted if have.get(name) != wanted[name])
    stale = sorted(name for name in have if name not in wanted)
    if options.check:
        for name in changed + stale:
            print(f"differs: {options.output / name}", file=sys.stderr)
        return 1 if changed or stale else 0
    for name in changed:
        path = options.output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[name], encoding="utf-8")
    for name in stale:
        (options.output / name).unlink()
    print(f"{len(wanted)} files, {len(changed)} written, {len(stale)} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
