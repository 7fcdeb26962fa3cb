"""What the figures should be, and why. One goal a line of the design's table."""

from __future__ import annotations

from tests.bench.figures import Goal

GOALS = (
    Goal(figure="HTTP in, kentongan, 64 at once", limit=5000, floor=True),
    Goal(
        figure="HTTP in, kentongan, 64 at once", limit=0.5, floor=True, over="HTTP in, floor, group commit, 64 at once"
    ),
    Goal(figure="HTTP in, kentongan, 64 at once", limit=3, floor=True, over="HTTP in, Kannel, spool, 64 at once"),
    Goal(
        figure="HTTP in, kentongan, 64 at once, slow disk",
        limit=20,
        floor=True,
        over="HTTP in, floor, a transaction each, 64 at once, slow disk",
    ),
    Goal(figure="HTTP in, kentongan, 500 a second, p99", limit=10),
    Goal(figure="HTTP in, kentongan, synced before the answer", limit=100, floor=True),
    Goal(figure="USSD turn, 500 a second, p99", limit=10),
    Goal(figure="USSD turn, 200 sessions at once, p99", limit=50),
    Goal(figure="USSD, synced before the answer", limit=100, floor=True),
    Goal(figure="drain, kentongan", limit=1, floor=True, over="drain, gammu-smsd SQLite"),
    Goal(figure="drain, kentongan", limit=1, floor=True, over="drain, python-gsmmodem-new"),
    Goal(figure="drain, kentongan", limit=50, floor=True, over="drain, smstools3"),
    Goal(figure="drain, kentongan, commands", limit=1.2),
    Goal(figure="send, kentongan", limit=1, floor=True, over="send, python-gsmmodem-new"),
    Goal(figure="send, kentongan", limit=100, floor=True, over="send, gammu-smsd files"),
    Goal(figure="send, kentongan", limit=100, floor=True, over="send, gammu-smsd SQLite"),
    Goal(figure="send, kentongan", limit=100, floor=True, over="send, smstools3"),
    Goal(figure="send, kentongan, commands", limit=1.0),
    Goal(figure="siren after +CMTI, p50", limit=30),
    Goal(figure="siren after +CMTI, p99", limit=250),
    Goal(figure="durable after +CMTI, p99", limit=1000),
    Goal(figure="letters begun before the siren, 1,000 queued", limit=0),
    Goal(figure="ready, 10,000 rows pending", limit=5),
    Goal(figure="ready, empty store", limit=2),
    Goal(figure="memory at rest, one modem, page open", limit=120),
    Goal(figure="frame jitter, 4 calls at once, p99", limit=10),
    Goal(figure="a call, share of a core", limit=2),
    Goal(figure="prompts rendered", limit=20, floor=True),
    Goal(figure="officer's first syllable after +CMTI, p50", limit=1500),
    Goal(figure="officer's first syllable after +CMTI, p99", limit=3000),
)
