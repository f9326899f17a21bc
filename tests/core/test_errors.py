from gongxin.core.errors import CreditError


def test_an_error_carries_code_message_and_facts() -> None:
    error = CreditError("row 3 has no code", row=3)
    assert (error.code, error.message, error.facts) == ("error", "row 3 has no code", {"row": 3})
    assert str(error) == "row 3 has no code"
