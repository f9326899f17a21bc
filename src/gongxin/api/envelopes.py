"""Checks under the names of another platform, as its adapter has them (核查对接接口)."""

import json
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Path
from pydantic import ConfigDict, Field, RootModel, ValidationError

from gongxin.api import asking, problems, schemas
from gongxin.api.operations import check_of, key_of, operation, release
from gongxin.api.problems import Fault, Problem
from gongxin.exchange import checking
from gongxin.exchange.actions import BadPeer
from gongxin.exchange.checking import BadEnvelope

OK = 200
AdapterPart = Annotated[
    str, Path(max_length=64, pattern="^[a-z0-9-]+$", description="Adapter of the pack 对接配置")
]
SIGNS = r"^[ -~\u00a0-\ud7ff\ue000-\ufffd]*$"  # no control, no half of a pair
Name = Annotated[str, Field(max_length=64, pattern=SIGNS)]
Text = Annotated[str, Field(max_length=checking.LONGEST, pattern=SIGNS)]


class EnvelopeIn(RootModel[dict[Name, Text]]):
    """A check of one organisation under the names that were agreed with a platform."""

    model_config = ConfigDict(
        strict=True, hide_input_in_errors=True, json_schema_extra={"additionalProperties": False}
    )


@operation("POST", "/checks/as/{adapter}", gives=dict[str, Any], scope="check")
def check_in_envelope(
    request: HttpRequest, adapter: AdapterPart, told: Annotated[EnvelopeIn, Body()]
) -> HttpResponse:
    """Check one organisation under another platform's names 按对接格式核查.

    The same question and answer as `POST /checks`: the adapter changes names and codes alone. Our
    own content, which the signature is of, stands beside them.
    """
    try:
        checks = checking.open_envelope(adapter, release())
    except BadPeer as error:
        raise Problem(problems.NOT_FOUND) from error
    try:
        wanted = schemas.CheckIn.model_validate(checking.asked(told.root, checks))
    except (BadEnvelope, ValidationError) as error:
        fault = Fault("/body", "envelope", "ask with just the agreed fields and codes")
        raise Problem(problems.INVALID, errors=(fault,)) from error
    about = check_of(request, f"check:{adapter}", wanted)
    asking.permit(about, [wanted.uscc])
    answer = asking.ask(about, wanted.uscc, release=release(), key=key_of(request))
    if answer.status_code == OK:
        told_back = checking.worded(answer.content.decode(), checks)
        answer.content = json.dumps(told_back, ensure_ascii=False).encode()
    return answer
