from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from filterdns.errors import DataFault
from filterdns.lists.helplines_file import Helpline, load_helplines
from filterdns.lists.shipped import shipped_folder

DAY = date(2026, 11, 25)
LINE = """- country: TH
  title: A helpline
  number: "1387"
  languages: th
  source: https://helpline.example/
  checked:
"""
FIRST = "    - {by: rev-17, org: a school, on: 2026-11-20}\n"
SECOND = "    - {by: rev-31, org: a university, on: 2026-11-21}\n"
SAME_PERSON = "    - {by: rev-17, org: a university, on: 2026-11-21}\n"
SAME_ORGANISATION = "    - {by: rev-31, org: a school, on: 2026-11-21}\n"


def load(folder: Path, text: str) -> Helpline:
    (folder / "helplines").mkdir(exist_ok=True)
    (folder / "helplines" / "asia.yaml").write_text(text, encoding="utf-8")
    return load_helplines([folder])[0]


def test_what_ships_is_right_and_waits_to_be_checked() -> None:
    helplines = load_helplines([shipped_folder()])
    assert len(helplines) >= 7
    assert not any(helpline.may_be_shown(DAY) for helpline in helplines)


def test_two_people_of_two_organisations_let_a_number_be_shown_for_180_days(tmp_path: Path) -> None:
    helpline = load(tmp_path, LINE + FIRST + SECOND)
    assert helpline.may_be_shown(DAY)
    assert helpline.checked_on == date(2026, 11, 21)
    assert helpline.may_be_shown(date(2026, 11, 20) + timedelta(days=180))
    assert not helpline.may_be_shown(date(2026, 11, 20) + timedelta(days=181))
    assert not helpline.may_be_shown(date(2026, 11, 20))


@pytest.mark.parametrize("second", ["", SAME_PERSON, SAME_ORGANISATION])
def test_one_person_or_one_organisation_is_not_enough(tmp_path: Path, second: str) -> None:
    assert not load(tmp_path, LINE + FIRST + second).may_be_shown(DAY)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("country: TH", "country: Thailand", "country"),
        ('"1387"', '"call me"', "digits"),
        ("https://", "http://", "https://"),
        ("languages: th", "languages: th\n  age: 12", '"age"'),
    ],
)
def test_a_fault_says_where_it_is(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    with pytest.raises(DataFault, match=said) as caught:
        load(tmp_path, (LINE + FIRST).replace(right, wrong))
    assert "asia.yaml:" in str(caught.value)
