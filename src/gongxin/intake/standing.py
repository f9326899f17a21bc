"""What a record's subject and name say about it before any law is asked (主体状态)."""

from gongxin.core.subject import ARCHIVE_ONLY

BODIES = "15"  # first characters of organs, institutions and social organisations
ARCHIVES = "".join(sorted(ARCHIVE_ONLY))


def flags(name_key: str, known_key: str) -> str:
    """Write the flags of ``core.visibility.Standing`` that follow from subject and name.

    Both arguments are SQL: the folded name in the record, and the one that its code is known by.
    """
    return f"""subject = '' AS unattached,
        subject <> '' AND {name_key} <> {known_key} AS unconfirmed,
        subject <> '' AND contains('{BODIES}', left(subject, 1)) AS body,
        subject <> '' AND contains('{ARCHIVES}', left(subject, 1)) AS archive_only"""
