"""One node put together from its parts, without a process around it: the same for a real one and for tests.

Making a `Node` checks what is stored and builds everything (`node.process.parts`); `run` links to the others
and takes turns until it is cancelled or something ends it. Nothing here reads a file but the store and the
one with addresses, and no clock but the one it is given.
"""

from consensus.events import HaltReason
from node.engine.driver import Halted
from node.process.parts import (
    attach_publications,
    make_address_news,
    make_arrivals,
    make_backlog,
    make_disk_watch,
    make_driver,
    make_epochs,
    make_exchange,
    make_ledger,
    make_links,
    make_newest,
    make_pool,
    make_publishing,
    make_service,
    make_standing,
    make_views,
    make_waiting,
    make_whereabouts,
)
from node.process.shared_parts import NodeDependencies, make_shared_parts
from node.storage.guard_records import mark_guard_lost
from node.transport.port import Transport
from registry.rows import Damaged


class Node:
    """A node in one process. Opening it checks everything that is stored; `run` makes it live."""

    def __init__(self, dependencies: NodeDependencies) -> None:
        """Raises Damage, WrongNetwork and GuardLost."""
        shared = make_shared_parts(dependencies)
        whereabouts = make_whereabouts(dependencies)
        links = make_links(shared, whereabouts)
        epochs = make_epochs(shared, links)
        news = make_address_news(shared, links, whereabouts)
        views = make_views(shared, epochs)
        newest = make_newest(shared, views)
        ledger = make_ledger(shared, views)
        disk = make_disk_watch(shared, ledger)
        standing = make_standing(shared, epochs, newest, disk)
        pool = make_pool(shared)
        backlog = make_backlog(shared, pool, standing)
        waiting = make_waiting(shared, backlog=backlog, links=links, newest=newest, standing=standing)
        publishing = make_publishing(shared, newest)
        exchange = make_exchange(links, publishing, newest)
        service = make_service(
            shared,
            pool=pool,
            waiting=waiting,
            links=links,
            newest=newest,
            standing=standing,
            publishing=publishing,
        )
        driver = make_driver(
            shared,
            epochs=epochs,
            ledger=ledger,
            links=links,
            backlog=backlog,
            waiting=waiting,
            service=service,
            standing=standing,
            exchange=exchange,
        )
        attach_publications(shared, publishing, exchange, driver)
        self._dependencies = dependencies
        self.document = dependencies.document
        self._checks = shared.checks
        self._news = news
        self._disk = disk
        self._driver = driver
        self._publishing = publishing
        self._exchange = exchange
        self._arrivals = make_arrivals(
            shared, driver=driver, waiting=waiting, news=news, links=links, exchange=exchange
        )
        self.telemetry = shared.telemetry
        self.tasks = shared.tasks
        self.links = links
        self.epochs = epochs
        self.service = service

    async def run(self, transport: Transport) -> None:
        """Links to the others and takes turns until cancelled; raises what ended it.

        The transport's sink is `links`.
        """
        self.links.attach(transport, self._arrivals)
        await transport.start()
        self.telemetry.listening(transport.addresses)
        self.tasks.spawn(self._news.run(announces=bool(self._dependencies.settings.announced)))
        self.tasks.spawn(self._disk.run())
        self.tasks.spawn(self._publishing.watch())
        self.tasks.spawn(self._exchange.run())
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
            self.links.fetching.close()
            await transport.stop()

    def close(self) -> None:
        """Ends the threads and releases the store; after `run`."""
        self._checks.close()
        self._dependencies.store.close()
