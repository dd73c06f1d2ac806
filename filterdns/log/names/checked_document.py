"""A document of `proofs` checked, and what it proves in words. Needs nothing but the key of the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from filterdns.errors import LogFault
from filterdns.log.names.leaves import OPEN
from filterdns.log.names.proof_document import VERSION
from filterdns.log.names.tree_proof import NameProof, parse_name_proof
from filterdns.log.record.entries import DECISION, RELEASE, Entry, read_entry
from filterdns.log.record.statements import Body, check_opening
from filterdns.tlog.canonical import read_canonical
from filterdns.tlog.policy import Policy
from filterdns.tlog.proof_file import parse_proof_file


@dataclass(frozen=True, slots=True)
class ProvenDecision:
    """A decision about the name; `body` is None where its statement was erased."""

    index: int
    entry: Entry
    body: Body | None


@dataclass(frozen=True, slots=True)
class Proven:
    """What a document proves."""

    name: str
    release: Entry
    index: int  # of the release's entry
    categories: tuple[NameProof, ...]
    decisions: tuple[ProvenDecision, ...]


def check_document(document: Any, policy: Policy) -> Proven:
    """What a document proves to whoever believes this policy. Raises LogFault at the first thing that is not right."""
    try:
        if document["v"] != VERSION:
            raise LogFault(f"expected a proof of version {VERSION}, got {document['v']!r}")
        name, said = document["name"], document["release"]
        index, release = _entry(said, policy, RELEASE)
        categories = tuple(map(parse_name_proof, document["categories"]))
        decisions = tuple(_decision(each, name, policy) for each in document["decisions"])
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise LogFault(f"expected the document of a proof, got other values ({error!r})") from error
    if release.fields["number"] != said["number"]:
        raise LogFault(f"expected the entry of release {said['number']}, got that of {release.fields['number']}")
    for proof in categories:
        _check_category(proof, name, release)
    return Proven(name, release, index, categories, decisions)


def describe(proven: Proven) -> Iterator[str]:
    """For people, a line each."""
    fields = proven.release.fields
    yield f"release {fields['number']} of {fields['built_at'][:10]}: entry {proven.index} of the log"
    listed = [proof for proof in proven.categories if proof.listed]
    for proof in listed:
        leaf = read_canonical(proof.leaves[0].leaf)
        wide = " with its subdomains" if leaf["scope"] == "subdomains" else ""
        yield f"{proven.name}{wide} is in {proof.category}, by {', '.join(leaf['sources'])}: {_place(proof)}"
    absent = [proof.category for proof in proven.categories if not proof.listed]
    if absent:
        yield f"{proven.name} is provably not in {', '.join(absent)}"
    for decision in proven.decisions:
        said = decision.entry.fields
        about = f" for {said['category']}" if said["category"] else ""
        erased = "" if decision.body else "; its statement was erased"
        yield f"{decision.entry.at:%Y-%m-%d}: {said['kind']} {said['action']}{about}: entry {decision.index}{erased}"


def _entry(said: Mapping[str, Any], policy: Policy, type_: str) -> tuple[int, Entry]:
    """The entry that is told of, if its proof holds."""
    octets, proof = said["entry"].encode(), parse_proof_file(said["proof"].encode())
    proof.check(octets, policy)
    entry = read_entry(octets, proof.index)
    if entry.type != type_:
        raise LogFault(f"entry {proof.index}: expected one of type {type_}, got {entry.type}")
    return proof.index, entry


def _check_category(proof: NameProof, name: str, release: Entry) -> None:
    """Raises LogFault unless this is of the name, and its tree one of the release."""
    tree = {
        "category": proof.category,
        "names": proof.names,
        "root": proof.root.hex(),
        "publication": proof.publication,
    }
    if proof.name != name:
        raise LogFault(f"expected the proof of {name}, got that of {proof.name}")
    if tree not in release.fields["trees"]:
        raise LogFault(f"{proof.category}: expected a tree that the release's entry states, got another")
    if proof.salt.hex() != ("" if proof.publication == OPEN else release.fields["salt"]):
        raise LogFault(f"{proof.category}: expected the salt of the release's entry, got another")
    proof.check()


def _decision(said: Mapping[str, Any], name: str, policy: Policy) -> ProvenDecision:
    index, entry = _entry(said, policy, DECISION)
    body = None
    if said["statement"] is not None:
        body = Body(bytes.fromhex(said["statement"]["nonce"]), said["statement"]["statement"])
        check_opening(entry.fields["statement"], body)
    about = entry.fields.get("name") or (body.statement.get("name") if body else name)
    if said["index"] != index or about != name:
        raise LogFault(f"entry {index}: expected a decision about {name}, got one about {about}")
    return ProvenDecision(index, entry, body)


def _place(proof: NameProof) -> str:
    return f"leaf {proof.leaves[0].index + 1:,} of {proof.names:,}"
