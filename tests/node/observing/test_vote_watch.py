"""Who is linked and does not vote is told once, and so is that it votes again."""

from node.observing.vote_watch import VoteWatch
from tests.node.observing.log_lines import LogLines


def test_each_is_told_once_and_again_when_it_is_over() -> None:
    lines, silent, linked = LogLines(), set[str](), {"a", "b"}
    watch = VoteWatch(lines.log, lambda: sorted(silent), lambda: sorted(linked))

    def look() -> list[tuple[str, str]]:
        watch.look()
        watch.look()
        return [(line["event"], line["member"]) for line in lines.take()]

    assert look() == []
    silent.update("ab")
    assert look() == [("linked and does not vote", "a"), ("linked and does not vote", "b")]
    silent.remove("a")
    assert look() == [("votes again", "a")]
    linked.remove("b")
    silent.remove("b")
    assert look() == []  # that its link is down is told elsewhere
