"""Publications: status lists as the issuer signs them for verifiers that know nothing of this registry.

The issuer signs, never a node on its own authority. A node checks each against its ledger before it stores,
passes on or serves it, and serves the issuer's exact bytes (decisions 0132 and 0133).

- `bits` says how a list's bits are packed, `statement` what is signed of a list.
- `form` names the three forms; `bitstring`, `jwt` and `cwt` hold one each, and `forms` reads and writes them.
- `check` says whether a publication agrees with the ledger, `standing` whether one that is held is served.
"""
