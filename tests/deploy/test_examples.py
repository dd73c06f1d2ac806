import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from filterdns.cli.main import commands
from filterdns.cli.places import load_table
from filterdns.config.loader import load
from filterdns.config.model import File, Profile
from filterdns.tlog.note import parse_vkey

DEPLOY = Path(__file__).parents[2] / "deploy"


EXAMPLES = ["home.yaml", "publisher.yaml", "school.yaml", "subscribed-home.yaml"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_good(example: str) -> None:
    result = CliRunner().invoke(commands, ["config", "check", str(DEPLOY / example)])
    assert result.exit_code == 0, result.output


def test_there_are_no_other_examples() -> None:
    assert {path.name for path in DEPLOY.glob("*.yaml")} == set(EXAMPLES)


def test_the_home_of_the_publishers_example_takes_its_log() -> None:
    publisher = load(DEPLOY / "publisher.yaml", load_table())
    home = load(DEPLOY / "subscribed-home.yaml", load_table())
    assert home.publisher is not None
    assert home.publisher.url == f"http://{publisher.pages}/log"
    key = parse_vkey(home.publisher.vkey)
    assert publisher.public_url == f"https://{key.name.removesuffix('/log')}"
    assert home.require_log
    assert publisher.require_log
    listening = [[*settings.dns, settings.pages, settings.metrics] for settings in (publisher, home)]
    assert not {str(address) for address in listening[0]} & {str(address) for address in listening[1]}


def test_pupils_staff_guests_and_lab_of_the_school_have_rules_of_their_own() -> None:
    settings = load(DEPLOY / "school.yaml", load_table())
    profile_of = {client.network: client.profile for client in settings.clients}
    assert profile_of["10.1.0.0/20"] == "pupils"
    assert profile_of["10.1.8.0/24"] == "lab"
    assert settings.school
    assert {profile.id for profile in settings.profiles} >= {"pupils", "lab", "staff", "visitors"}


@pytest.mark.parametrize("model", [File, Profile])
def test_the_readme_explains_every_key(model: type[File] | type[Profile]) -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", (DEPLOY / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(model.model_fields) <= told
