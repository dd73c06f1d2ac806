"""litewitness, a witness of C2SP's protocol that others run, on this machine: OpenSSH's agent keeps its key.

witness = LiteWitness(program, folder, "witness.example/lite").start()
witness.watch(log_key)        # a log that it begins to watch, from nothing
witness.line                  # for a policy
witness.size(origin)          # what it has cosigned last
witness.stop()
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tempfile
from base64 import b64decode
from contextlib import closing
from pathlib import Path
from typing import Self

from filterdns.tlog.note import COSIGNATURE, VerifierKey, write_vkey
from filterdns.tlog.text import write_base64
from filterdns.tlog.tree import EMPTY_ROOT
from tests.conftest import find_peer
from tests.running import LOOPBACK, free_port, is_open, wait_until

MOST_SECONDS = 30.0


class LiteWitness:
    """One witness with a database and a key of its own. `name` stands in its cosignatures."""

    def __init__(self, program: Path, folder: Path, name: str) -> None:
        self.name = name
        self._program = program
        self._folder = folder
        self._sockets = Path(tempfile.mkdtemp(prefix="agent"))  # a socket's path is 107 octets long at the most
        self._port = free_port()
        self._started: list[subprocess.Popen[bytes]] = []
        key = folder / "key"
        subprocess.run(
            [find_peer("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], check=True, timeout=20
        )
        wire = b64decode(key.with_suffix(".pub").read_text().split()[1])
        self.key = VerifierKey(name, COSIGNATURE, wire[-32:])

    @property
    def line(self) -> str:
        """Its line of a policy."""
        return f"witness {self.name.replace('/', '-')} {write_vkey(self.key)} http://{LOOPBACK}:{self._port}\n"

    @property
    def told(self) -> str:
        """What it printed."""
        return (self._folder / "printed").read_text()

    def start(self) -> Self:
        agent = self._sockets / "agent"
        self._run(find_peer("ssh-agent"), "-D", "-a", str(agent))
        wait_until(agent.exists, MOST_SECONDS, "ssh-agent listens")
        key = str(self._folder / "key")
        where = {"SSH_AUTH_SOCK": str(agent)}
        subprocess.run([find_peer("ssh-add"), "-q", key], env=where, check=True, timeout=20)
        shown = subprocess.run([find_peer("ssh-keygen"), "-lf", key], capture_output=True, text=True, timeout=20).stdout
        own = ("-name", self.name, "-db", str(self._database), "-key", shown.split()[1])
        self._run(str(self._program), "-ssh-agent", str(agent), "-listen", f"{LOOPBACK}:{self._port}", *own)
        wait_until(lambda: is_open(self._port), MOST_SECONDS, f"the witness listens: {self.told}")
        return self

    def watch(self, log: VerifierKey) -> None:
        """As `witnessctl add-log` and `add-key` do it."""
        with closing(sqlite3.connect(self._database)) as database, database:
            database.execute("INSERT INTO log VALUES (?, 0, ?)", (log.name, write_base64(EMPTY_ROOT)))
        self.trust(log)

    def trust(self, log: VerifierKey) -> None:
        """One more key of a log that it watches."""
        with closing(sqlite3.connect(self._database)) as database, database:
            database.execute("INSERT INTO key VALUES (?, ?)", (log.name, write_vkey(log)))

    def size(self, origin: str) -> int:
        """Of the checkpoint that it has cosigned last."""
        with closing(sqlite3.connect(self._database)) as database:
            (size,) = database.execute("SELECT tree_size FROM log WHERE origin = ?", (origin,)).fetchone()
        return int(size)

    def stop(self) -> None:
        for process in reversed(self._started):
            process.terminate()
            process.wait(MOST_SECONDS)
        shutil.rmtree(self._sockets)

    @property
    def _database(self) -> Path:
        return self._folder / "witness.sqlite"

    def _run(self, *command: str) -> None:
        with (self._folder / "printed").open("ab") as file:
            self._started.append(subprocess.Popen(command, stdout=file, stderr=file, stdin=subprocess.DEVNULL))
