"""The node's durable store: RocksDB, one column family per table, one synced write batch per turn.

Rules:
1. One process owns a data directory (`directory_lock`). A second start is refused by name of the first.
2. Everything a turn makes durable is one write batch: state, blocks, certificates and vote guard together.
   `Store.commit` returns only when a flush that began after the write has returned.
3. Each batch ends with a turn record: its number, the hash of the turn before, the digest of the batch's
   own contents. At start the chain of turns must have no gap.
4. Of the write-ahead log only a last record cut short by the end of the file may be dropped: nobody was
   told of it. Anything else is `Damage`: the store refuses to open, now and at every later start.
5. A write or flush that fails is `WriteFailed`. The process must end at once; nothing is retried, because
   after a failed fsync nobody knows what the disk holds.
6. The vote guard is in a column family of its own and its life is bound to the key's by an incarnation:
   backups leave it out, and a store without its guard cannot vote (`guard_state`).
7. No iterator lives longer than the call that made it, and views are dropped by `Store.close`, so closing
   always releases the database.

What cannot be seen here: the newest log file cut at the border of a record, or gone. Then the store looks
as it did some turns ago. Peers see it: their signed STATUS names votes that this guard does not hold.
"""
