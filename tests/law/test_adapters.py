"""A mapping that would let out what may not leave, or hide what an answer says, is refused."""

import shutil
from dataclasses import replace

import pytest

from gongxin.core.adapter import (
    Adapter,
    MappedField,
    MappedItem,
    Signing,
    Translated,
    translate,
    translate_back,
)
from gongxin.core.catalog import PublicRange
from gongxin.law import load, run_cases
from gongxin.law.lints.adapters import lint_adapters
from gongxin.law.release import Content
from tests.derive.town import ROOT, release

OUT, OLD, IN, CHECK = (
    "internet-regulation",
    "provincial-gateway-2017",
    "big-data-platform",
    "government-services",
)


def faults(name: str, **changes: object) -> list[str]:
    """What the lint says of the demo's adapter with other values; ``sends`` and such are merged."""
    content = release().content
    found: Adapter = release().adapters[name]
    merged = {
        key: replace(getattr(found, key), **value) if isinstance(value, dict) else value
        for key, value in changes.items()
    }
    return said_of(replace(content, adapters=(replace(found, **merged),)))


def said_of(content: Content) -> list[str]:
    return [message for _, message in lint_adapters(content)]


def with_field(ours: str, theirs: str = "x", codes: tuple[Translated, ...] = ()) -> dict:
    item = release().adapters[OUT].sends.items[0]
    return {"items": (replace(item, fields=(MappedField(ours, theirs, codes),)),)}


def with_item(name: str, times: int = 1) -> dict:
    item = release().adapters[OUT].sends.items[0]
    return {"items": (replace(item, item=name, fields=()),) * times}


def test_the_demos_adapters_are_clean():
    assert list(lint_adapters(release().content)) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sends": with_field("CF_FRDB")}, "CF_FRDB is not public"),
        ({"sends": with_field("CF_XDR_ZJHM")}, "CF_XDR_ZJHM is not public"),
        ({"sends": with_field("BZ")}, "BZ is not public"),
        ({"sends": with_field("CF_NICHTS")}, "has no field CF_NICHTS"),
        ({"sends": with_field("CF_WSH", "a b")}, "is no name of a field"),
        ({"sends": with_field("CF_WSH", "op")}, "given twice: op"),
        ({"sends": with_field("CF_CXLB", "x", (Translated("01", "J"),))}, "not translated: 02, 99"),
        ({"sends": with_field("CF_NR", "x", (Translated("01", "J"),))}, "only a closed list"),
        (
            {"sends": with_field("CF_CXLB", "x", (Translated("01", "J"), Translated("01", "P")))},
            "a code is translated once",
        ),
        ({"sends": with_item("nothing")}, "there is no item nothing"),
        ({"sends": with_item("utility-bill")}, "utility-bill is not public and may not be sent"),
        ({"sends": with_item("administrative-penalty", 2)}, "an item is mapped once"),
        ({"sends": {"public": "D"}}, "public and removed are two words"),
        ({"sends": {"number": "a\r\nb"}}, "is no name of a field"),
        ({"sends": None}, "exactly one of sends, pulls, checks"),
        ({"address": "http://jianguan.example.cn/"}, "write https://"),
        ({"address": "https://127.0.0.1/"}, "a full name, never a number"),
        ({"address": "https://metadata.internal/"}, "a name is one of this machine"),
        ({"address": "https://a.example.cn:8443/"}, "open ports: 443"),
        ({"address": "https://a.example.cn/?key=secret"}, "an address has no query"),
        ({"address": "https://user:secret@a.example.cn/"}, "without user"),
        ({"signing": Signing.MD5}, "stand together or not at all"),
        ({"legacy": "md5"}, "stand together or not at all"),
        ({"app_key": "panjin"}, "app_key is the name at an md5 gateway"),
        ({"adapter": "../../etc"}, "an adapter's id"),
    ],
)
def test_a_hostile_gateway_is_refused(changes, message):
    wanted = message.replace("a name is one", "name is one")
    assert any(wanted in line for line in faults(OUT, **changes))


def test_an_old_gateways_name_is_no_header_of_its_own():
    assert any("app_key" in line for line in faults(OLD, app_key="a\r\nX-Admin: 1"))


def test_md5_signs_no_page():
    changes = {"signing": Signing.MD5, "legacy": "md5", "app_key": "panjin"}
    assert any("needs HMAC" in line for line in faults(IN, **changes))


@pytest.mark.parametrize(
    ("pulls", "message"),
    [
        ({"unit": "91211100MA0000000X"}, "is no unit of the packs"),
        ({"asks_cursor": "start"}, "given twice: start"),
        ({"rows": ""}, "is no name of a field"),
        ({"item": MappedItem("nothing", "x", ())}, "there is no item nothing"),
        (
            {
                "item": MappedItem(
                    "administrative-penalty",
                    "x",
                    (MappedField("CF_WSH", "a", ()), MappedField("CF_WSH", "b", ())),
                )
            },
            "a field of ours is taken from one column",
        ),
    ],
)
def test_a_hostile_page_is_refused(pulls, message):
    assert any(message in line for line in faults(IN, pulls=pulls))


def test_a_persons_field_does_not_leave_even_where_a_pack_calls_it_public():
    content = release().content
    (penalty,) = (one for one in content.items if one.item == "administrative-penalty")
    opened = replace(
        penalty,
        fields=tuple(
            replace(one, publication_range=PublicRange.PUBLIC, desensitization=False)
            if one.identify == penalty.roles.legal_representative
            else one
            for one in penalty.fields
        ),
    )
    sends = replace(release().adapters[OUT].sends, **with_field(opened.roles.legal_representative))
    adapter = replace(release().adapters[OUT], sends=sends)
    items = tuple(opened if one is penalty else one for one in content.items)

    said = said_of(replace(content, items=items, adapters=(adapter,)))

    assert any("is about a person and may not be sent" in line for line in said)


def test_networks_that_are_none_are_the_sites_fault():
    content = release().content
    site = content.site[-1]
    push = replace(site.push, networks=("anywhere",))

    assert said_of(replace(content, site=(replace(site, push=push),))) == []


def test_a_check_has_no_address():
    assert faults(CHECK, address="https://a.example.cn/") == [
        "a check is asked of us: it has no address"
    ]


@pytest.mark.parametrize("name", ["decision", "shifou_pass", "score", "risk_level", "jielun"])
def test_no_answer_has_a_verdict(name):
    answers = release().adapters[CHECK].checks.answers
    changed = (*answers[:-1], replace(answers[-1], theirs=name))

    assert f"{name} reads as a verdict" in faults(CHECK, checks={"answers": changed})


@pytest.mark.parametrize("part", ["facts", "measures", "objections", "as_of", "signature"])
def test_no_answer_leaves_out_what_it_says(part):
    answers = release().adapters[CHECK].checks.answers
    kept = tuple(one for one in answers if one.ours != part)

    assert faults(CHECK, checks={"answers": kept}) == [f"the answer may not leave out {part}"]


def test_no_check_is_asked_without_its_case():
    asks = release().adapters[CHECK].checks.asks
    kept = tuple(one for one in asks if one.ours != "case_no")

    assert any("a check asks for uscc" in line for line in faults(CHECK, checks={"asks": kept}))


def test_codes_go_both_ways():
    field = MappedField("a", "b", (Translated("市", "3"),))
    assert (translate(field, "市"), translate_back(field, "3")) == ("3", "市")
    assert (translate(field, "乡"), translate_back(field, "9")) == ("", "9")
    assert translate(MappedField("a", "b"), "乡") == "乡"


CASES = "adapters.yaml"


def faults_of_cases(tmp_path, old: str = "", new: str = "") -> tuple[int, list[str]]:
    """How many of the demo's cases run with a text of its adapters' cases changed, and faults."""
    shutil.copytree(ROOT / "packs", tmp_path / "packs")
    path = tmp_path / "packs/demo/cases" / CASES
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    found = run_cases(load(tmp_path / "packs/demo"), release())
    return found.run, [str(fault.message) for fault in found.faults]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("procedure: P\n", "procedure: W\n", "row should be"),
        ("CF_CXLB: '02'", "CF_CXLB: '99'", "row should be"),
        ("rating_class: '01'", "rating_class: '02'", "row should be"),
        ("adapter: tax-records", "adapter: nobody", "there is no 'nobody'"),
        ("item: administrative-penalty", "item: honour", "there is no 'honour'"),
        ("sxbm: '02', ", "", "there is no 'sxbm'"),
    ],
)
def test_a_case_of_an_adapter_that_says_another_thing_is_a_fault(tmp_path, old, new, message):
    _, found = faults_of_cases(tmp_path, old, new)

    assert len(found) == 1
    assert message in found[0]


def test_the_cases_of_the_demos_adapters_run_in_both_directions(tmp_path):
    whole, found = faults_of_cases(tmp_path)
    (tmp_path / "packs/demo/cases" / CASES).unlink()

    assert found == []
    assert whole - run_cases(load(tmp_path / "packs/demo"), release()).run == 7
