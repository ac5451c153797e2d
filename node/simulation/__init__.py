"""A whole network in one process and one thread, replayed exactly from one seed.

The simulator drives the real consensus replica through simulated links, disks and clocks. It owns the only
source of chance (one ``random.Random(seed)`` per run) and the only clock (virtual milliseconds), so the same
seed gives the same run to the last event, on any machine. Rules it keeps:

* A process is a replica, its disk and its pool of transactions. It takes turns exactly as the node's driver
  does: drain the inbox, handle each event, write one batch, flush, and only then let anything out.
* A crash may fall between any two effects of a turn. What was not flushed may be lost, a suffix at a time.
* Invariants are checked after every effect that leaves a process, and progress once the network has
  stabilised.
* Attackers are not part of this package: an attacker is anything that has the shape of ``network.Endpoint``.
"""
