"""One node put together from its parts, without a process around it: the same for a real one and for tests.

Making a `Node` checks what is stored and builds everything (`node.process.parts`); `run` links to the others
and takes turns until it is cancelled or something ends it. Nothing here reads a file but the store and the
one with addresses, and no clock but the one it is given.
"""

from consensus.events import HaltReason
from node.engine.driver import Halted
from node.process.ground import NodeDependencies, lay_ground
from node.process.parts import (
    make_address_news,
    make_arrivals,
    make_backlog,
    make_disk_watch,
    make_driver,
    make_epochs,
    make_ledger,
    make_network,
    make_newest,
    make_pending,
    make_pool,
    make_service,
    make_standing,
    make_views,
    make_whereabouts,
)
from node.storage.guard_records import mark_guard_lost
from node.transport.port import Transport
from registry.rows import Damaged


class Node:
    """A node in one process. Opening it checks everything that is stored; `run` makes it live."""

    def __init__(self, dependencies: NodeDependencies) -> None:
        """Raises Damage, WrongNetwork and GuardLost."""
        ground = lay_ground(dependencies)
        whereabouts = make_whereabouts(dependencies)
        network = make_network(ground, whereabouts)
        epochs = make_epochs(ground, network)
        news = make_address_news(ground, network, whereabouts)
        views = make_views(ground, epochs)
        newest = make_newest(ground, views)
        ledger = make_ledger(ground, views)
        disk = make_disk_watch(ground, ledger)
        standing = make_standing(ground, epochs, newest, disk)
        pool = make_pool(ground)
        backlog = make_backlog(ground, pool, standing)
        pending = make_pending(ground, backlog=backlog, network=network, newest=newest, standing=standing)
        service = make_service(
            ground, pool=pool, pending=pending, network=network, newest=newest, standing=standing
        )
        driver = make_driver(
            ground,
            epochs=epochs,
            ledger=ledger,
            network=network,
            backlog=backlog,
            pending=pending,
            service=service,
            standing=standing,
        )
        self._dependencies = dependencies
        self._checks = ground.checks
        self._news = news
        self._disk = disk
        self._driver = driver
        self._arrivals = make_arrivals(ground, driver=driver, pending=pending, news=news, network=network)
        self.telemetry = ground.telemetry
        self.tasks = ground.tasks
        self.network = network
        self.epochs = epochs
        self.service = service

    async def run(self, transport: Transport) -> None:
        """Links to the others and takes turns until cancelled; raises what ended it.

        The transport's sink is `network`.
        """
        self.network.attach(transport, self._arrivals)
        await transport.start()
        self.telemetry.listening(transport.addresses)
        self.tasks.spawn(self._news.run(announces=bool(self._dependencies.settings.announced)))
        self.tasks.spawn(self._disk.run())
        try:
            await self._driver.run()
        except Halted as halted:
            key = self._dependencies.identity.public_key
            if halted.reason is HaltReason.FOREIGN_VOTE and key is not None:
                # Or the next start would vote with this guard again, before anybody reminds it (R12).
                mark_guard_lost(self._dependencies.store, key, halted.detail)
            raise
        except Damaged as damaged:
            raise self._dependencies.store.condemn(damaged) from damaged
        finally:
            self.service.close()
            self.network.fetching.close()
            await transport.stop()

    def close(self) -> None:
        """Ends the threads and releases the store; after `run`."""
        self._checks.close()
        self._dependencies.store.close()
