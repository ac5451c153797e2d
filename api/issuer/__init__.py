"""The work of an issuer: what a command, the demonstration and an agent share (decision 0113).

A change of the ledger is signed and seen through (`recording`); drafts are read, judged, signed and kept
(`drafts`, `signing`); what is signed is anchored (`anchoring`, `anchor_record`); what the registry proves is
looked up (`lookup`). It asks nodes through `api.client` and is never part of one. Keys, the place where
things are kept, clocks and chance come from whoever calls: `key`, `keeping`.

Nothing here prints or asks a person. What goes wrong is a `NotDone`, which carries what a person needs.
"""
