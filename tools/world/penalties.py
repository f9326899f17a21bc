"""Administrative penalties as departments report them (行政处罚)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gongxin.core.validation import PERSON
from tools.world.codes import identity_number
from tools.world.offences import OFFENCES, PERSON_SANCTIONS, SANCTIONS, Offence, Sanction
from tools.world.organisations import Organisation
from tools.world.records import (
    LONG_TERM,
    UNITS,
    Desk,
    Reported,
    Row,
    Unit,
    amount,
    party,
    years_after,
)

PERSON_SHARE = 0.04
ID_SHARE = 0.10
# The last years weigh more, so that enough is still public on the day.
RECENT_SHARE = 0.5
UNIT_WEIGHTS = (45, 18, 15, 22)


@dataclass(frozen=True, slots=True)
class Case:
    """What a penalty row is made from."""

    unit: Unit
    offence: Offence
    sanction: Sanction
    decided_on: date


def make_penalties(desk: Desk, count: int) -> Iterator[Reported]:
    """Make penalties of undertakings, and some of natural persons."""
    persons = round(count * PERSON_SHARE)
    for organisation in desk.failing(count - persons):
        case = _draw_case(desk, organisation, SANCTIONS)
        yield case.unit, penalty(desk, organisation, case)
    for organisation in desk.any(persons):
        case = _draw_case(desk, organisation, PERSON_SANCTIONS)
        yield case.unit, _of_person(desk, penalty(desk, organisation, case))


def penalty(desk: Desk, organisation: Organisation, case: Case) -> Row:
    """Return one penalty of an undertaking, in the columns of the double-publicity form."""
    unit, offence, decided_on = case.unit, case.offence, case.decided_on
    desk.classes[case.sanction.failing_class] += 1
    row = party("CF", organisation)
    if desk.chance(ID_SHARE):
        row |= {"CF_FR_ZJLX": "身份证", "CF_FR_ZJHM": identity_number(organisation.serial)}
    row |= {
        "CF_WSH": desk.number(unit, "罚", decided_on),
        "CF_WFXW": offence.act,
        "CF_SY": offence.fact,
        "CF_YJ": offence.basis,
    }
    row |= _punished(desk, organisation, case)
    row |= {
        "CF_JDRQ": decided_on.isoformat(),
        "CF_YXQ": LONG_TERM if desk.chance(0.03) else years_after(decided_on, 1).isoformat(),
        "CF_GSJZQ": "",
        "CF_CFJG": unit.name,
        "CF_CFJGDM": unit.uscc,
        "CF_SJLY": unit.name,
        "CF_SJLYDM": unit.uscc,
        "BZ": "",
        "CF_CXLB": _procedure(desk, case.sanction),
    }
    return row


def _punished(desk: Desk, organisation: Organisation, case: Case) -> Row:
    sanction, certificate = case.sanction, ""
    fine, confiscation = _between(desk, sanction.fine), _between(desk, sanction.confiscation)
    words = ["责令改正"]
    for kind in sanction.kinds:
        words.append(
            f"罚款人民币{fine}万元"
            if kind == "罚款"
            else f"{kind}（{confiscation}万元）"
            if "没收" in kind
            else kind
        )
    if sanction.touches_certificate:
        certificate = f"{case.offence.certificate} 辽K{organisation.serial:07}"
        words.append(f"证照：{certificate}")
    return {
        "CF_CFLB": ";".join(sanction.kinds),
        "CF_NR": "；".join(words) + "。",
        "CF_NR_FK": fine,
        "CF_NR_WFFF": confiscation,
        "CF_NR_ZKDX": certificate,
    }


def _of_person(desk: Desk, row: Row) -> Row:
    return row | {
        "CF_XDR_MC": desk.person(),
        "CF_XDR_LB": PERSON,
        "CF_XDR_SHXYM": "",
        "CF_FRDB": "",
        "CF_FR_ZJLX": "",
        "CF_FR_ZJHM": "",
        "CF_XDR_ZJLX": "身份证",
        "CF_XDR_ZJHM": identity_number(desk.serial("persons")),
    }


def _draw_case(desk: Desk, organisation: Organisation, sanctions: tuple[Sanction, ...]) -> Case:
    unit = desk.random.choices(UNITS, weights=UNIT_WEIGHTS)[0]
    weights = [sanction.weight for sanction in sanctions]
    recent = years_after(desk.as_of, -2)
    day = desk.day(organisation, since=recent) if desk.chance(RECENT_SHARE) else None
    return Case(
        unit=unit,
        offence=desk.random.choice(OFFENCES[unit]),
        sanction=desk.random.choices(sanctions, weights=weights)[0],
        decided_on=day if day is not None else desk.day(organisation),
    )


def _between(desk: Desk, limits: tuple[float, float]) -> str:
    low, high = limits
    if high == 0:
        return ""
    # Towards the lower end, in whole hundreds of yuan or, when small, in tens.
    drawn = low + (high - low) * desk.random.random() ** 2
    return amount(max(round(drawn, 3 if high < 1 else 2), low))


def _procedure(desk: Desk, sanction: Sanction) -> str:
    if sanction.procedure == "01":
        return "01"
    return desk.random.choices(("02", "99", ""), weights=(94, 3, 3))[0]
