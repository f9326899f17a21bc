"""List the components of a release: ``uv.lock`` as CycloneDX 1.6, each file with its hash.

``python -m tools.sbom [--development] > sbom.json``; the same lock gives the same list.
"""

import argparse
import json
import sys
import tomllib
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OURS = "gongxin"
Package = Mapping[str, Any]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the list."""
    parser = argparse.ArgumentParser(prog="python -m tools.sbom", description=__doc__)
    parser.add_argument("--development", action="store_true", help="with the development group")
    asked = parser.parse_args(argv)
    made = document((ROOT / "uv.lock").read_text("utf-8"), development=asked.development)
    print(json.dumps(made, indent=1, ensure_ascii=False))
    return 0


def document(lock: str, *, development: bool = False) -> dict[str, Any]:
    """Return the CycloneDX document of a lock file."""
    packages = {package["name"]: package for package in tomllib.loads(lock)["package"]}
    wanted = reached(packages, _needs(packages[OURS], development=development))
    shipped = [packages[name] for name in sorted(wanted)]
    serial = uuid.uuid5(uuid.NAMESPACE_URL, lock)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": OURS, "bom-ref": _ref(packages[OURS])}
        },
        "components": [_component(package) for package in shipped],
        "dependencies": [
            {
                "ref": _ref(package),
                "dependsOn": sorted({_ref(packages[name]) for name in _needs(package)}),
            }
            for package in (packages[OURS], *shipped)
        ],
    }


def reached(packages: Mapping[str, Package], begun: Iterable[str]) -> set[str]:
    """Return the names of what is needed, and of what that needs."""
    found: set[str] = set()
    waiting = list(begun)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _needs(packages[name])
    return found


def _needs(package: Package, *, development: bool = False) -> Iterator[str]:
    """Names that a package needs; of extras all, since a list that is too long hides nothing."""
    groups = [package.get("dependencies", ()), *package.get("optional-dependencies", {}).values()]
    if development:
        groups += package.get("dev-dependencies", {}).values()
    return (one["name"] for group in groups for one in group)


def _ref(package: Package) -> str:
    return f"pkg:pypi/{package['name']}@{package['version']}"


def _component(package: Package) -> dict[str, Any]:
    files = [*package.get("wheels", ()), *filter(None, [package.get("sdist")])]
    return {
        "type": "library",
        "bom-ref": _ref(package),
        "name": package["name"],
        "version": package["version"],
        "purl": _ref(package),
        "properties": [
            {"name": f"gongxin:file:{file['url'].rsplit('/', 1)[1]}", "value": file["hash"]}
            for file in files
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
