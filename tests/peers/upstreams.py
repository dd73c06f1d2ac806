"""NSD with a whole DNS in one root zone, and unbound that resolves from it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.messages import query
from tests.running import LOOPBACK, free_port, wait_until
from tests.wire import ask_udp

LONG = "0123456789abcdef" * 15
ZONE = f"""\
$ORIGIN .
$TTL 300
@ SOA ns.root-servers.example. keeper.example. 1 3600 600 86400 60
@ NS ns.root-servers.example.
ns.root-servers.example. A 127.0.0.1
www.example.net. A 192.0.2.1
www.example.net. AAAA 2001:db8::1
www.example.net. HTTPS 1 . alpn="h2,h3" ipv4hint=192.0.2.1
alias.example.net. CNAME www.example.net.
into.example.net. CNAME cdn.listed.example.
cdn.listed.example. A 192.0.2.2
*.wild.example.net. A 192.0.2.3
inside.example.net. A 192.168.1.1
odd.example.net. TYPE65280 \\# 3 010203
long.example.net. TXT "{LONG}" "{LONG}" "{LONG}" "{LONG}" "{LONG}" "{LONG}" "{LONG}" "{LONG}"
"""
NSD = """\
server:
 ip-address: 127.0.0.1@{port}
 zonesdir: "{folder}"
 database: ""
 pidfile: "{folder}/nsd.pid"
 xfrdfile: "{folder}/xfrd.state"
 zonelistfile: "{folder}/zone.list"
 username: ""
 chroot: ""
 logfile: "{folder}/nsd.log"
 server-count: 1
remote-control:
 control-enable: no
zone:
 name: "."
 zonefile: "{folder}/root.zone"
"""
UNBOUND = """\
server:
 interface: 127.0.0.1@{port}
 num-threads: 1
 do-daemonize: no
 username: ""
 chroot: ""
 directory: "{folder}"
 pidfile: ""
 use-syslog: no
 logfile: "{folder}/unbound.log"
 do-not-query-localhost: no
 module-config: "iterator"
 do-ip6: no
 access-control: 127.0.0.0/8 allow
stub-zone:
 name: "."
 stub-addr: 127.0.0.1@{root}
"""


class Peer:
    """A name server of another project, stopped by its own process id."""

    def __init__(self, command: list[str], port: int, log: Path) -> None:
        self.port = port
        with log.open("wb") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            wait_until(self._answers, 15, f"an answer of {command[0]}")
        except AssertionError:
            self.stop()
            raise

    def _answers(self) -> bool:
        assert self.process.poll() is None, f"ended with {self.process.returncode}"
        reply = ask_udp((LOOPBACK, self.port), query("www.example.net"), seconds=0.3)
        return reply is not None and reply[3] & 15 == 0

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_nsd(program: str, folder: Path) -> Peer:
    port = free_port()
    (folder / "root.zone").write_text(ZONE)
    (folder / "nsd.conf").write_text(NSD.format(port=port, folder=folder))
    return Peer([program, "-d", "-c", str(folder / "nsd.conf")], port, folder / "nsd.out")


def start_unbound(program: str, folder: Path, root: int) -> Peer:
    port = free_port()
    (folder / "unbound.conf").write_text(UNBOUND.format(port=port, folder=folder, root=root))
    return Peer([program, "-d", "-c", str(folder / "unbound.conf")], port, folder / "unbound.out")
