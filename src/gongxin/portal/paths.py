"""Parts of addresses: what has another form is no address of this site (地址的组成部分)."""

from gongxin.core import uscc
from gongxin.derive.archive import SECTIONS


class TextPart:
    """A part that is used as it stands."""

    regex = ""

    def to_python(self, value: str) -> str:
        """Return the part."""
        return value

    def to_url(self, value: str) -> str:
        """Return the part."""
        return value


class UsccPart(TextPart):
    """A unified social credit code; a person's number is none."""

    regex = "[0-9A-Za-z]{18}"

    def to_python(self, value: str) -> str:
        """Return the code in capitals.

        Raises:
            ValueError: not the form of a code, or a person's number.
        """
        code = uscc.compact(value)
        if not uscc.is_form(code) or uscc.is_person_number(code):
            raise ValueError(value)
        return code


class RecordIdPart(TextPart):
    """A record id."""

    regex = "[0-7][0-9A-HJKMNP-TV-Z]{25}"


class SectionPart(TextPart):
    """The name of a section of the archive."""

    regex = "|".join(SECTIONS)
