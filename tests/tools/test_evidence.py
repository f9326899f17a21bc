"""What a long run leaves behind: each test with its outcome, the machine, the seed."""

from tools import evidence

REPORT = """<testsuites><testsuite>
<testcase classname="tests.long.test_a" name="test_one[x]" time="12.34" />
<testcase classname="tests.long.test_a" name="test_two" time="0.01"><failure/></testcase>
<testcase classname="tests.long.test_b" name="test_three" time="0"><skipped/></testcase>
</testsuite></testsuites>"""


def test_every_test_is_kept_with_its_outcome(tmp_path):
    report = tmp_path / "long.xml"
    report.write_text(REPORT, encoding="utf-8")

    assert evidence.outcomes(report) == [
        {"test": "tests/long/test_a.py::test_one[x]", "outcome": "passed", "seconds": 12.3},
        {"test": "tests/long/test_a.py::test_two", "outcome": "failure", "seconds": 0.0},
        {"test": "tests/long/test_b.py::test_three", "outcome": "skipped", "seconds": 0.0},
    ]


def test_machine_seed_and_commit_are_named():
    about = evidence.about(11)

    assert about["seed"] == 11
    assert about["machine"]["processors"] > 0
    assert len(about["commit"]) >= 7
