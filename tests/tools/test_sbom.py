"""What is installed is pinned by hash, comes from the index alone, and can be listed: T25."""

import json
import tomllib
from pathlib import Path

import pytest

from tools import sbom

LOCK = (Path(__file__).parents[2] / "uv.lock").read_text("utf-8")
PACKAGES = tomllib.loads(LOCK)["package"]
OTHERS = [package for package in PACKAGES if package["name"] != "gongxin"]


def test_everything_comes_from_one_index():
    sources = {tuple(package["source"].items()) for package in OTHERS}

    assert len(sources) == 1
    ((kind, address),) = sources.pop()
    assert kind == "registry"
    assert address.startswith("https://")


def test_every_file_has_its_hash():
    files = [
        (package["name"], file)
        for package in OTHERS
        for file in [*package.get("wheels", ()), *filter(None, [package.get("sdist")])]
    ]

    assert len(files) > len(OTHERS)
    assert [n for n, f in files if not f["hash"].startswith("sha256:")] == []
    assert [n for n, f in files if len(f["hash"]) != len("sha256:") + 64] == []
    assert {package["name"] for package in OTHERS} - {name for name, _ in files} == set()


def test_no_name_stands_twice():
    """A second version under a marker would be in no list."""
    names = [package["name"] for package in PACKAGES]

    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_the_list_names_what_is_shipped_and_not_what_tests_need():
    made = sbom.document(LOCK)
    names = {component["name"] for component in made["components"]}

    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert {"django", "psycopg", "sqlparse", "granian"} <= names
    assert names.isdisjoint({"gongxin", "pytest", "pymerkle", "ruff"})
    assert {"pytest", "pymerkle"} <= {
        component["name"] for component in sbom.document(LOCK, development=True)["components"]
    }


def test_every_component_has_version_address_and_hashes():
    for component in sbom.document(LOCK)["components"]:
        assert component["purl"] == f"pkg:pypi/{component['name']}@{component['version']}"
        assert all(one["value"].startswith("sha256:") for one in component["properties"])
        assert component["properties"]


def test_every_dependency_is_listed():
    made = sbom.document(LOCK)
    refs = {component["bom-ref"] for component in made["components"]}

    assert {ref for one in made["dependencies"] for ref in one["dependsOn"]} <= refs


def test_the_same_lock_gives_the_same_list(capsys: pytest.CaptureFixture[str]):
    assert sbom.main([]) == 0
    assert json.loads(capsys.readouterr().out) == sbom.document(LOCK)
