"""A running filterdns takes up each new release while it answers, whatever the list servers do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from filterdns.lists.fetch.network import Network
from filterdns.lists.shipped import shipped_folder
from tests.lists.end_to_end.conftest import only_ours
from tests.lists.end_to_end.online import BAD, NUDE, Online, told
from tests.messages import query
from tests.resolver.serving.load import Load
from tests.resolving import parsed
from tests.running import Running, wait_until
from tests.simulators.behaviours import Plain
from tests.simulators.certificates import Authority
from tests.simulators.list_server import ListServer
from tests.simulators.server import SimulatedUpstream

PACE = 200  # queries a second
NXDOMAIN, NOERROR = 3, 0


@pytest.fixture
def upstream() -> Iterator[SimulatedUpstream]:
    with SimulatedUpstream(Plain(default="203.0.113.5")) as simulated:
        yield simulated


def test_every_release_is_taken_up_and_every_query_answered(
    running: Callable[..., Running],
    upstream: SimulatedUpstream,
    server: ListServer,
    authority: Authority,
    tmp_path: Path,
) -> None:
    filterdns = running(upstream.port, {"pages": "off"}, {"sources/choices.yaml": only_ours()})
    wait_until(lambda: "ready" in filterdns.output(), 10, "ready")
    network = Network(tls=authority.client_context(), proxies={})
    online = Online(shipped_folder(), filterdns.state, datetime.now(UTC), server=server, network=network)

    def says(name: str, rcode: int) -> None:
        wait_until(lambda: parsed(filterdns.ask(query(name))).rcode() == rcode, 10, f"{name} is answered {rcode}")

    with Load(filterdns.port, "nude-3.example", PACE, sources=2) as load:
        says("nude-1.example", NOERROR)
        online.publish(NUDE, BAD)
        online.update()  # or the keeper of the running one, which builds when it begins, was faster with the release
        says("nude-1.example", NXDOMAIN)
        says("www.bad-1.example", NXDOMAIN)
        says("fresh.example", NOERROR)

        online.put(NUDE, [*NUDE.names()[2:], "fresh.example"])
        online.server.misbehave(BAD.file, "html")
        assert "bad: held, the copy of" in told(online.update(force=True))
        says("fresh.example", NXDOMAIN)
        says("nude-1.example", NOERROR)
        says("bad-2.example", NXDOMAIN)

        online.server.misbehave(NUDE.file, "empty")
        online.server.misbehave(BAD.file, "cut", validators=False)
        report = online.update(force=True)
        assert "nude: held" in told(report)
        assert "the connection was cut" in told(report)
        says("nude-5.example", NXDOMAIN)
        says("bad-2.example", NXDOMAIN)

        online.deeds.undo("nude", online.when)
        online.build_only()
        says("nude-1.example", NXDOMAIN)
        says("fresh.example", NOERROR)
    assert load.lost == 0
    assert len(load.seconds) > PACE // 2
