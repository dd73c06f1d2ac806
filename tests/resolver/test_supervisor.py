"""The supervisor with parts that fail in ways the real ones seldom do."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from filterdns.config.settings import Address, CacheLimits, ListsSettings, ProfileSettings, Settings, UpstreamServer
from filterdns.errors import FilterdnsError, StateFault
from filterdns.resolver.parts import Parts
from filterdns.resolver.supervisor import serve
from tests.messages import query
from tests.resolving import parsed
from tests.running import free_port, wait_until
from tests.wire import ask_udp


def works_until_killed(*arguments: object) -> None:
    signal.pause()


def _write(log: int, text: str) -> None:
    os.write(log, text.encode() + b"\n")


class Supervised:
    """A supervisor in a child process. What its parts do may depend on files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "log"
        self.pid = 0
        self.settings = Settings(
            dns=(Address("127.0.0.1", self.port),),
            metrics=None,
            pages=None,
            upstreams=(UpstreamServer(Address("127.0.0.1", free_port())),),
            profiles=(ProfileSettings("home"),),
            default_profile="home",
        )

    def start(
        self,
        load: Callable[[Path | None], Settings] | None = None,
        build: Callable[[Path], str] | None = None,
        metrics: Callable[..., None] = works_until_killed,
        settle: Callable[[Path], int] = lambda state: 0,
        keeper: Callable[..., None] = works_until_killed,
        settle_log: Callable[[Settings, Path], str] = lambda settings, state: "",
    ) -> None:
        parts = Parts(
            load or (lambda config: self.settings),
            settle,
            build or (lambda state: "built"),
            lambda: frozenset(),
            works_until_killed,
            metrics,
            keeper,
            settle_log,
        )
        log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.pid = os.fork()
        if not self.pid:
            os._exit(serve(None, self.folder, parts, out=lambda text: _write(log, text)))
        os.close(log)

    def says(self, text: str, times: int = 1) -> None:
        wait_until(lambda: self.output().count(text) >= times, 15, f"{text!r} in:\n{self.output()}")

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def answers(self) -> bool:
        reply = ask_udp(("127.0.0.1", self.port), query("localhost"), 2)
        return reply is not None and parsed(reply).rcode() == 0

    def reload(self) -> None:
        os.kill(self.pid, signal.SIGHUP)

    def stop(self) -> int:
        if self.pid:
            os.kill(self.pid, signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        if not self.pid:
            return 0
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    supervised = Supervised(tmp_path)
    yield supervised
    supervised.stop()


def test_it_starts_without_any_list_and_stops(supervised: Supervised) -> None:
    supervised.start()
    supervised.says("NOT FILTERING")
    supervised.says("ready")
    assert supervised.answers()
    assert supervised.stop() == 0


def test_a_configuration_under_which_no_worker_starts_is_given_up(supervised: Supervised) -> None:
    """It passed every check, and yet: the workers that answer are not touched until others are ready."""
    broken = replace(supervised.settings, default_profile="missing", cache=CacheLimits(octets=1_000_000))
    second = supervised.folder / "second"
    supervised.start(load=lambda config: broken if second.exists() else supervised.settings)
    supervised.says("ready")
    second.touch()
    supervised.reload()
    supervised.says("a worker could not start under it")
    assert supervised.answers()
    assert "KeyError in networks" in supervised.output()
    assert "missing" not in supervised.output()
    second.unlink()
    supervised.reload()
    supervised.says("the configuration has not changed")


def test_a_process_of_metrics_that_only_a_person_can_mend_is_not_started_again(supervised: Supervised) -> None:
    def metrics(*arguments: object) -> NoReturn:
        raise StateFault("127.0.0.1:9053: cannot listen")

    supervised.settings = replace(supervised.settings, metrics=Address("127.0.0.1", 9053))
    supervised.start(metrics=metrics)
    supervised.says("metrics: off until the configuration is loaded again")
    supervised.says("ready")
    assert supervised.output().count("cannot listen") == 1
    assert supervised.answers()


def test_a_process_of_metrics_that_dies_is_started_again_and_dns_goes_on(supervised: Supervised) -> None:
    def metrics(*arguments: object) -> NoReturn:
        raise ValueError

    supervised.settings = replace(supervised.settings, metrics=Address("127.0.0.1", 9053))
    supervised.start(metrics=metrics)
    supervised.says("metrics ended (status 1), started again in 0.2 s")
    assert supervised.answers()


def test_a_builder_that_dies_leaves_filterdns_resolving(supervised: Supervised) -> None:
    supervised.start(build=lambda state: os.kill(os.getpid(), signal.SIGKILL))  # type: ignore[arg-type,return-value]
    supervised.says("the lists cannot be compiled:\nlists: ended without a result (killed by SIGKILL)")
    supervised.says("ready")
    assert supervised.answers()


def test_a_loader_that_fails_ends_the_start(supervised: Supervised) -> None:
    def load(config: Path | None) -> NoReturn:
        raise FilterdnsError("config.yaml:1: expected this, got that\nconfig.yaml:2: and that")

    supervised.start(load=load)
    assert supervised.wait() == 78
    assert "filterdns cannot start:\nconfig.yaml:1: expected this, got that\nconfig.yaml:2" in supervised.output()


def test_the_keeper_begins_behind_the_first_answers_and_a_reload_wakes_it(supervised: Supervised) -> None:
    def keeper(settings: Settings, state: Path, say: Callable[[str], None]) -> None:
        signal.signal(signal.SIGHUP, lambda number, frame: say(f"woken in {os.getpid()}"))
        say(f"keeping in {os.getpid()}, update: {settings.lists.update}")
        while True:
            signal.pause()

    second = supervised.folder / "second"
    more = replace(supervised.settings, school=True)
    offline = replace(more, lists=ListsSettings(update=False))
    third = supervised.folder / "third"
    supervised.start(
        load=lambda config: offline if third.exists() else more if second.exists() else supervised.settings,
        keeper=keeper,
    )
    supervised.says("keeping in")
    output = supervised.output()
    assert output.index("ready") < output.index("keeping in")
    pid = output.partition("keeping in ")[2].partition(",")[0]
    supervised.reload()
    supervised.says(f"woken in {pid}")
    supervised.says("the configuration has not changed")
    second.touch()
    supervised.reload()
    supervised.says("the new configuration holds")
    supervised.says(f"woken in {pid}", 2)
    assert supervised.output().count("keeping in") == 1  # an update is not begun anew for nothing
    third.touch()
    supervised.reload()
    supervised.says("update: False")
    os.kill(int(supervised.output().rpartition("keeping in ")[2].partition(",")[0]), signal.SIGKILL)
    supervised.says("keeper of the lists ended (killed by SIGKILL), started again in 0.1 s")
    supervised.says("keeping in", 3)
    assert supervised.answers()


def test_a_keeper_that_only_a_person_can_help_is_started_again_by_a_reload(supervised: Supervised) -> None:
    def keeper(*arguments: object) -> None:
        if not (supervised.folder / "mended").exists():
            raise StateFault("the folder cannot be written")
        works_until_killed()

    supervised.start(keeper=keeper)
    supervised.says("keeper of the lists: off until the configuration is loaded again")
    supervised.reload()
    supervised.says("off until", 2)
    (supervised.folder / "mended").touch()
    supervised.reload()
    supervised.says("the configuration has not changed", 2)
    assert supervised.output().count("off until") == 2


def test_where_a_log_is_required_it_begins_with_what_the_log_has(supervised: Supervised) -> None:
    supervised.settings = replace(supervised.settings, require_log=True)
    supervised.start(settle_log=lambda settings, state: "release 7 is not used: no log has it")
    supervised.says("release 7 is not used: no log has it")
    wait_until(supervised.answers, 10, "an answer")
    assert supervised.output().index("is not used") < supervised.output().index("listening on")


def test_it_can_be_stopped_while_the_lists_are_compiled(supervised: Supervised) -> None:
    supervised.start(build=works_until_killed)  # type: ignore[arg-type]
    supervised.says("compiling the lists for the first time")
    assert supervised.stop() == 0


def test_a_console_that_is_gone_stops_nothing(supervised: Supervised) -> None:
    parts = Parts(
        lambda config: supervised.settings,
        lambda state: 0,
        lambda state: "built",
        lambda: frozenset(),
        works_until_killed,
        works_until_killed,
        works_until_killed,
        lambda settings, state: "",
    )

    def gone(text: str) -> NoReturn:
        raise BrokenPipeError

    supervised.pid = os.fork()
    if not supervised.pid:
        os._exit(serve(None, supervised.folder, parts, out=gone))
    wait_until(supervised.answers, 10, "an answer")
    assert supervised.stop() == 0
