"""Cells of files that people open in a spreadsheet (表格单元)."""

from gongxin.core.documents import INVISIBLE, WHITE_SPACE

# What begins a formula, for one program or another, also in full width (SAFETY T12).
FORMULA = "=+-@＝＋－＠\t\r\n"
_UNSEEN = INVISIBLE + WHITE_SPACE
_FORMULA = tuple(FORMULA)
QUOTE = "'"


def neutral(text: str) -> str:
    """Return a cell that no program reads as a formula (公式中和): ``'`` goes before one.

    >>> neutral("=HYPERLINK(…)"), neutral("－1"), neutral("盘锦示例=1"), neutral("")
    ("'=HYPERLINK(…)", "'－1", '盘锦示例=1', '')
    """
    begins = (text, text.lstrip(_UNSEEN))
    return QUOTE + text if any(one.startswith(_FORMULA) for one in begins) else text


def restored(text: str) -> str:
    """Return a cell as it was before ``neutral``: a file that went back comes in again (复原).

    >>> restored("'=1"), restored("'tis")
    ('=1', "'tis")
    """
    return text[1:] if text.startswith(QUOTE) and neutral(text[1:]) == text else text
