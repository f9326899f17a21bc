"""Write docs/reference/openapi.json and docs/reference/problems.md from the program (make openapi).

Needs no platform and no database: Django is set up, nothing is asked.
"""

import json
import os
import sys
from pathlib import Path

import django

REFERENCE = Path(__file__).resolve().parents[1] / "docs/reference"
HEAD = """# Problems of the API

Each problem that `/api/v1` answers with has a `type`, the address of a page that the platform serves itself; branch on it and on nothing else.

The body is `application/problem+json` (RFC 9457) with `type`, `title`, `status`, `detail`, `errors` (each with a JSON pointer, a code and a detail) and `trace_id`, which names the request to us. What was typed is never repeated. `make openapi` writes this page.

| type | status | title | meaning | 含义 |
|---|---|---|---|---|
"""  # noqa: E501 - a page's line


def openapi_text() -> str:
    """Return the description of the API as it is committed."""
    from gongxin.api.description import description  # noqa: PLC0415 - needs Django set up

    return json.dumps(description(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def problems_text() -> str:
    """Return the page of problems as it is committed."""
    from gongxin.api.problems import KINDS  # noqa: PLC0415 - needs Django set up

    rows = (
        f"| `{k.type}` | {k.status} | {k.title} | {k.meaning.en} | {k.meaning.zh} |" for k in KINDS
    )
    return HEAD + "\n".join(rows) + "\n"


def main() -> None:
    """Write both files."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxin.site.settings")
    django.setup()
    (REFERENCE / "openapi.json").write_text(openapi_text(), encoding="utf-8")
    (REFERENCE / "problems.md").write_text(problems_text(), encoding="utf-8")
    sys.stdout.write("wrote docs/reference/openapi.json and problems.md\n")


if __name__ == "__main__":
    main()
