"""A small invented world for the public pages: each function writes one row and returns its id."""

from datetime import UTC, date, datetime

from gongxin.core import ulid, uscc
from gongxin.core.documents import normalise_document_number, normalise_name
from gongxin.core.subject import classify
from gongxin.ledger.models import Current, OtherCode, OtherName, RecordNumber, Subject

TODAY = date(2026, 11, 23)
RECEIVED = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
BUREAU = "1121110005260181XL"
BUREAU_NAME = "盘锦市市场监督管理局"


def code(number: int, prefix: str = "91") -> str:
    """A valid code of an invented undertaking."""
    body = f"{prefix}211100MA0{number:05}X"
    return body + uscc.check_character(body)


def organisation(uscc_code: str, name: str, *former: str) -> str:
    kind = classify(uscc_code, name)
    Subject.objects.create(
        uscc=uscc_code,
        name=name,
        name_key=normalise_name(name),
        kind=kind.kind.value,
        form=kind.form.value,
        source="record",
        batch="b",
        created_at=RECEIVED,
    )
    for other in former:
        OtherName.objects.create(
            subject=uscc_code,
            name=other,
            name_key=normalise_name(other),
            batch="b",
            seen_at=RECEIVED,
        )
    return uscc_code


def other_code(subject: str, kind: str, number: str) -> None:
    """Another number of an organisation, first seen when the world's files came."""
    OtherCode.objects.create(subject=subject, kind=kind, code=number, batch="b", seen_at=RECEIVED)


def record(subject: str, item: str, payload: dict[str, str], **columns: object) -> str:
    """A current record that is public today unless the columns say otherwise."""
    number = Current.objects.count() + 1
    values: dict[str, object] = {
        "revision": number,
        "record_id": ulid.record_id(1_780_000_000_000, f"{number}".encode()),
        "edition": "2024",
        "kind": "assert",
        "unit": BUREAU,
        "authority": BUREAU,
        "natural_key": f"key-{number}",
        "decided_on": date(2026, 5, 10),
        "failing_class": "",
        "adverse": False,
        "hidden": "",
        "public_from": date(2026, 5, 10),
        "public_until": None,
        "repairable_from": None,
        "clause": f"item/{item}",
        "record_class": "public",
        "incomplete": False,
        "batch": "b",
        "row": number,
        "received_at": RECEIVED,
        "content_hash": "sha256:0",
        "release": "sha256:0",
    } | columns
    Current.objects.create(subject=subject, item=item, payload=payload, **values)
    return str(values["record_id"])


def penalty(subject: str, number: int = 1, **columns: object) -> str:
    decided = columns.get("decided_on", date(2026, 5, 10))
    assert isinstance(decided, date)
    payload = {
        "CF_XDR_MC": "示例单位",
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": subject,
        "CF_FRDB": "示例法定代表人",
        "CF_WSH": f"盘市监罚〔2026〕{number}号",
        "CF_CXLB": "02",
        "CF_WFXW": "发布虚假广告",
        "CF_SY": "在门店张贴含有虚假内容的广告。",
        "CF_YJ": "《中华人民共和国广告法》第五十五条",
        "CF_CFLB": "罚款",
        "CF_NR": "罚款人民币12000元",
        "CF_NR_FK": "1.200000",
        "CF_JDRQ": decided.isoformat(),
        "CF_YXQ": "2099-12-31",
        "CF_CFJG": BUREAU_NAME,
        "CF_CFJGDM": BUREAU,
        "CF_SJLY": BUREAU_NAME,
        "CF_SJLYDM": BUREAU,
        "BZ": "内部备注",
    }
    return record(
        subject,
        "administrative-penalty",
        payload,
        **{
            "adverse": True,
            "failing_class": "一般",
            "public_until": date(2027, 5, 10),
            "repairable_from": date(2026, 8, 10),
            "clause": "penalty-publicity/general",
            **columns,
        },
    )


def licence(subject: str, number: int = 1, **columns: object) -> str:
    payload = {
        "XK_XKWS": "食品经营许可证",
        "XK_WSH": f"盘审许〔2026〕{number}号",
        "XK_NR": f"食品经营许可（第{number}号）",
        "XK_XKJG": BUREAU_NAME,
        "XK_LYDW": BUREAU_NAME,
    }
    return record(subject, "administrative-licence", payload, **columns)


def honour(subject: str, **columns: object) -> str:
    payload = {
        "HN_LX": "诚信示范企业",
        "HN_JB": "市",
        "HN_PDDW": BUREAU_NAME,
        "HN_WJWH": "盘信办〔2026〕3号",
        "HN_SJLY": BUREAU_NAME,
    }
    ends = {"public_until": date(2029, 5, 10)}
    return record(subject, "honour", payload, **{**ends, **columns})


def numbered(subject: str, record_id: str, number: str) -> None:
    key = normalise_document_number(number)
    RecordNumber.objects.create(number=key, subject=subject, record_id=record_id)
