"""A transparency log after C2SP and RFC 6962, as pure functions: octets come in, octets go out.

Read in this order: `canonical`, `tree`, `tiles`, `bundles`, `text`, `note`, `checkpoint`, `cosignature`, `policy`,
`proof_file`, `witness`; `ed25519` and `ed25519_plain` are what they verify by. `check_log` is a program of one file
that verifies all of it without the rest.

Imports `filterdns.errors` and the standard library; `ed25519` alone takes `cryptography`, if that is there. Imports no
file, clock, network or chance, and nothing else of filterdns.
"""
