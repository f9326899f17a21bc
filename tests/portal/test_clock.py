from datetime import UTC, datetime, timedelta

from gongxin.portal import clock


def test_the_day_is_chinas(settings):
    settings.PORTAL_TODAY = None
    before = (datetime.now(tz=UTC) + timedelta(hours=8)).date()  # noqa: TID251 - the clock's test

    day = clock.today()

    assert before <= day <= before + timedelta(days=1)


def test_a_rehearsal_may_set_the_day(settings):
    settings.PORTAL_TODAY = datetime(2026, 1, 2, tzinfo=UTC).date()

    assert clock.today().isoformat() == "2026-01-02"
