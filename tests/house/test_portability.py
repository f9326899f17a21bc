"""SQL that only PostgreSQL knows stands in files that docs/portability.md lists."""

import re

import pytest

PAGE = "docs/portability.md"
MARKERS = {
    "hash partitioning": re.compile(r"PARTITION\s+BY\s+HASH", re.IGNORECASE),
    "`COPY`": re.compile(r"\bCOPY\b[^;]{0,400}?\b(?:FROM\s+STDIN|TO\s+STDOUT)", re.IGNORECASE),
    "`pg_trgm`": re.compile(r"gin_trgm_ops|\b(?:word_)?similarity\(", re.IGNORECASE),
    "`jsonb`": re.compile(r"\bjsonb", re.IGNORECASE),
    "identity columns": re.compile(r"\bGENERATED\b[^;]{0,30}\bAS\s+IDENTITY", re.IGNORECASE),
    "advisory locks": re.compile(r"\bpg_(?:try_)?advisory", re.IGNORECASE),
    "`ON CONFLICT`": re.compile(r"\bON\s+CONFLICT\b", re.IGNORECASE),
    "unlogged tables": re.compile(r"\bUNLOGGED\b"),
    "Django's upserts": re.compile(r"\b(?:update|ignore)_conflicts\b"),
    "`DELETE … USING`, `= ANY`": re.compile(
        r"\bDELETE\s+FROM\b[^;\"]{0,80}\bUSING\b|= ?ANY ?\("  # any() is Python
    ),
    "temporary tables": re.compile(r"\bON\s+COMMIT\s+(?:DROP|DELETE)|\bpg_temp\b", re.IGNORECASE),
    "sequences": re.compile(r"\b(?:nextval|setval|currval)\(|\bCREATE\s+SEQUENCE\b", re.IGNORECASE),
    "`sha256()` in a generated column": re.compile(r"::bytea\b"),
    "SQL functions with the owner's rights": re.compile(r"\bSECURITY\s+DEFINER\b"),
    "PL/pgSQL trigger": re.compile(r"\bplpgsql\b|\bCREATE\s+TRIGGER\b", re.IGNORECASE),
    "BRIN index": re.compile(r"\bUSING\s+(?:brin|gist|spgist)\b", re.IGNORECASE),
    "system catalog": re.compile(
        r"\bpg_(?:database|roles|extension|namespace|class|locks|settings|stat_\w+)\b"
        r"|\bdat(?:name|ctype|collate)\b|[\"']SHOW\s",
    ),
    "row security": re.compile(r"\bROW\s+LEVEL\s+SECURITY|\bset_config\(|\bNOBYPASSRLS\b"),
    "`CREATE DATABASE`, `CREATE EXTENSION`": re.compile(
        r"\bCREATE\s+(?:DATABASE|EXTENSION)\b[^.]", re.IGNORECASE
    ),
}


@pytest.fixture(scope="module")
def listed(tree):
    """Files that the page names for each construct."""
    rows = [row for row in tree.rows(PAGE) if len(row) == 2]
    return {row[0]: set(re.findall(r"`(src/[^`]+)`", row[1])) for row in rows}


@pytest.fixture(scope="module")
def sources(tree):
    """Every file of the package, migrations and SQL included."""
    names = [n for n in tree.names if n.startswith("src/gongxin/") and n.endswith((".py", ".sql"))]
    return {name: tree.text(name) for name in names}


def test_page_has_a_row_for_every_marker(listed):
    assert set(listed) == set(MARKERS)


@pytest.mark.parametrize("construct", MARKERS)
def test_files_with_postgresql_only_sql_are_listed(listed, sources, construct):
    using = {name for name, text in sources.items() if MARKERS[construct].search(text)}

    assert using - listed[construct] == set()


@pytest.mark.parametrize("construct", MARKERS)
def test_listed_files_use_what_they_are_listed_for(listed, sources, construct):
    using = {name for name, text in sources.items() if MARKERS[construct].search(text)}

    assert listed[construct] - using == set()


def test_listed_files_exist(tree, listed):
    named = set().union(*listed.values())

    assert {name for name in named if name not in tree.names} == set()
