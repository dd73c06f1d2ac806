"""Random and mutated packets through the real pipeline, as queries and as upstream replies; by hand with millions.

    python -m tests.fuzz.packets --count 5000000 [--seed 1]

Half are queries, half are replies to a question that the pipeline has just asked. Looked for: an exception, a reply
that is no message or not the query's, an answer accepted for another question, memory that grows. Ends with a summary;
exit code 1 if anything was found. About 50,000 packets a second on one core.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections import Counter

from filterdns.config.settings import CacheLimits
from filterdns.errors import WireFault
from filterdns.resolver.message.records import read_answer
from filterdns.resolver.miss import Miss
from tests import oracle
from tests.fuzz.seeds import queries, replies
from tests.resolving import home, silent
from tests.scenarios.expect import check_form

LISTED = {"casino.example": "gambling", "bad.example.org": "malware", "example.org": "gambling"}
LOOKED_AT = 100  # one reply in so many is parsed in full by dnspython, which is slow
CACHE_OCTETS = 1024 * 1024  # full after the first fifth, so that any growth behind it is a leak
MOST_GROWTH_MIB = 4
PARTS = 5
SEED_QUESTION_END = 33  # of the replies in `seeds`


class Run:
    """A number of packets and what became of them."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.resolving = home(LISTED, silent, cache=CacheLimits(octets=CACHE_OCTETS))
        self.client = self.resolving.client()
        self.query_seeds, self.reply_seeds = queries(), replies()
        self.outcomes: Counter[str] = Counter()
        self.queries = self.replies = self.answered = self.accepted = 0

    def push(self, count: int) -> None:
        """Packets in turn: a query, and a reply to the last question that needed an upstream."""
        miss: Miss | None = None
        for number in range(count):
            if number % 2 == 0 or miss is None:
                miss = self.query(self.mutated(self.query_seeds), number) or miss
            else:
                self.reply(self.mutated(self.reply_seeds), miss)
            if number % 1_000 == 0:
                self.resolving.clock.advance(0.25)

    def query(self, wire: bytes, number: int) -> Miss | None:
        self.queries += 1
        reply = self.resolving.pipeline.answer_now(wire, self.client, self.resolving.clock.now(), number & 1)
        if reply is None:
            self.outcomes["query: silence"] += 1
            assert len(wire) < 12 or wire[2] & 0x80, "silence for a query"
            return None
        if isinstance(reply, Miss):
            self.outcomes["query: miss"] += 1
            return reply
        self.answered += 1
        self.outcomes[f"query: rcode {reply[3] & 15}"] += 1
        assert reply[:2] == wire[:2]
        assert reply[2] & 0x80
        assert len(reply) <= 1232 or number & 1
        if self.queries % LOOKED_AT == 0:
            assert oracle.is_well_formed(reply)
            if reply[6:10] == b"\0\0\0\0":  # else damaged RDATA of an upstream may be in it, which is not ours to judge
                check_form(wire, reply)
        return None

    def reply(self, wire: bytes, miss: Miss) -> None:
        """A reply that begins with the miss's own question three times of four, else with one of its own."""
        self.replies += 1
        question = miss.wire[12 : miss.question_end]
        if self.rng.random() < 0.75:
            wire = wire[:12] + question + wire[SEED_QUESTION_END:]
        now = self.resolving.clock.now()
        try:
            answer = read_answer(wire, question, bool(miss.variant & 2))
        except WireFault:
            self.outcomes["reply: refused"] += 1
            return
        self.accepted += 1
        self.outcomes["reply: accepted"] += 1
        assert wire[12 : 12 + len(question)].lower() == question.lower(), "an answer to another question"
        if answer.truncated or answer.rcode not in (0, 3):
            return  # the forwarder asks again elsewhere
        said = self.resolving.pipeline.complete(miss, self.resolving.pipeline.accept(miss, answer, now), now)
        assert said[:2] == miss.wire[:2]
        assert len(said) <= miss.limit
        if self.replies % LOOKED_AT == 0:
            assert oracle.is_well_formed(said)

    def mutated(self, seeds: list[bytes]) -> bytes:
        """One of the seeds with up to six changes, or random octets."""
        rng = self.rng
        if rng.random() < 0.05:
            return rng.randbytes(rng.randrange(80))
        wire = bytearray(rng.choice(seeds))
        for _ in range(rng.choice((0, 1, 1, 1, 2, 3, 6))):
            kind, at = rng.randrange(6), rng.randrange(len(wire) + 1)
            if kind == 0:
                del wire[at : at + rng.randrange(1, 9)]
            elif kind == 1:
                wire[at:at] = rng.randbytes(rng.randrange(1, 9))
            elif kind == 2:
                wire[at : at + 2] = (0xC000 | rng.randrange(60)).to_bytes(2, "big")
            elif kind == 3:
                other = rng.choice(seeds)
                wire[at:] = other[rng.randrange(len(other)) :]
            elif at < len(wire):
                wire[at] = rng.choice((0, 1, 0x3F, 0x40, 0xC0, 0xFF, rng.randrange(256)))
        return bytes(wire)


def resident_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    run, begun = Run(options.seed), time.monotonic()
    marks = []
    for _ in range(PARTS):
        run.push(options.count // PARTS)
        marks.append(resident_mib())
    grown = marks[-1] - marks[0]
    seconds = time.monotonic() - begun
    print(f"{options.count:,} packets in {seconds:.0f} s, seed {options.seed}")
    print(f"  memory after each fifth: {', '.join(f'{mark:.1f}' for mark in marks)} MiB")
    for outcome, count in sorted(run.outcomes.items()):
        print(f"  {outcome:20} {count:12,}")
    if grown > MOST_GROWTH_MIB:
        sys.exit(f"memory grew by {grown:.0f} MiB")


if __name__ == "__main__":
    main()
