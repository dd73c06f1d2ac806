"""What a device says when it makes or uses a passkey, checked (W3C Web Authentication, sections 7.1 and 7.2).

The only module that knows the library for it, `webauthn` of the extra `passkeys`.  It costs 9 MiB and 70 ms, so that
`passkeys` imports this when the first answer of a device comes.  Counters and spent challenges are not looked at here.
"""

from __future__ import annotations

from dataclasses import dataclass

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
    parse_client_data_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import AttestationFormat

from filterdns.transparency.desk.base64url import parse_base64url
from filterdns.transparency.desk.device_answers import ALGORITHMS, Made, NotProved, Used
from filterdns.transparency.desk.relying import RelyingParty

MOST_ID_OCTETS = 1_023  # section 4, "Credential ID"
MOST_KEY_OCTETS = 1_024  # one of RSA with 4,096 bits has 530; more would only cost time with each signature

_ALGORITHMS = [COSEAlgorithmIdentifier(number) for number in ALGORITHMS]


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a device has made. `key`: the public one, as COSE."""

    id: bytes
    key: bytes
    counter: int


def challenge_of(client: str) -> bytes:
    """What a device says that it has signed. Raises NotProved; nothing is checked yet but that no frame asked."""
    try:
        said = parse_client_data_json(parse_base64url(client))
    except Exception as error:  # octets of strangers: whatever a library makes of them proves nothing
        raise NotProved("client data") from error
    if said.cross_origin:
        raise NotProved("asked for by a page of somebody else")
    return said.challenge


def check_made(made: Made, challenge: bytes, party: RelyingParty) -> NewKey:
    """The new key, made for this party after the device was shown to be its owner's. Raises NotProved.

    Which make of device it is nobody asked, so that only what says nothing of it is taken: none, or signed by itself.
    """
    try:
        attested = parse_attestation_object(parse_base64url(made.attestation))
        is_silent = attested.fmt == AttestationFormat.NONE or (
            attested.fmt == AttestationFormat.PACKED and attested.att_stmt.x5c is None
        )
        if not is_silent:
            raise NotProved("attestation")
        response = {"clientDataJSON": made.client, "attestationObject": made.attestation}
        proved = verify_registration_response(
            credential={"id": made.id, "rawId": made.id, "type": "public-key", "response": response},
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
            supported_pub_key_algs=_ALGORITHMS,
        )
        decoded_public_key_to_cryptography(decode_credential_public_key(proved.credential_public_key))
    except NotProved:
        raise
    except Exception as error:
        raise NotProved(type(error).__name__) from error
    id, key = proved.credential_id, proved.credential_public_key
    if id != parse_base64url(made.id) or len(id) > MOST_ID_OCTETS or len(key) > MOST_KEY_OCTETS:
        raise NotProved("identifier or key")
    return NewKey(id, key, proved.sign_count)


def check_used(used: Used, challenge: bytes, party: RelyingParty, key: bytes) -> int:
    """The counter of the device that has this key, after it was shown to be its owner's. Raises NotProved."""
    response = {"clientDataJSON": used.client, "authenticatorData": used.authenticator, "signature": used.signature}
    try:
        proved = verify_authentication_response(
            credential={"id": used.id, "rawId": used.id, "type": "public-key", "response": response},
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:
        raise NotProved(type(error).__name__) from error
    return proved.new_sign_count
