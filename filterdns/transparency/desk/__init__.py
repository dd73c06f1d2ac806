"""The desk: where those who keep the lists answer appeals, look at proposals, and open and close names.

Read in this order: `roles` (who may do what: requirements 4.2), `power` (how much one organisation decides) and `lots`
(who is drawn, whose turn it is), all pure; `passwords`, `one_time`, `tries`, `accounts` (signing in), `sessions`
(cookies and the seals of forms); `base64url`, `relying`, `passkey_challenges`, `device_answers`, `ceremonies` and
`passkeys` (signing in with a device); `roots` (what is drawn from), `facts` (what is known of a person and a case),
`known` and `sisters` (what the release says of a name), `queue`, `dossier` (all that a case's page shows), `actions`
(what a form asks for) and `doing` (what becomes of it), `signed` and `signatures` (what is signed at the command line);
then the pages: `door` (who gets in), `entrance` (signing in and out), `account_pages`, `scripted` (the one script),
`queue_pages`, `case_pages`, `proposing`, and `desk`, all together.

Imports `appeals`, `casebook`, `reasons`, the reading parts of `lists` and `log`, and the pages' renderer.  Nothing here
writes lists, the log or a key, or asks the network: whatever is decided is an event in the casebook, and `keep` carries
it out.
"""
