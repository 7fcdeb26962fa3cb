"""The store: one writer, many short readers, and what is committed stays.

``await store.write(work)`` returns after ``work(tx)`` is durable (WAL, ``synchronous=FULL``); everything that waits is
committed together, each job in its own savepoint. ``await store.read(work)`` runs ``work(tx)`` on a reader that cannot
write. ``work`` is an ordinary function over a ``Tx``; verbs (``put``, ``cancel`` …) are ordinary functions whose
first argument is the ``Tx``, so that a caller joins as many as it likes into one transaction.

A room adds its tables to ``metadata`` in its own ``store`` and one file ``NNNN_name.py`` to
``gateway/migrations/versions`` (plain DDL, importing no room; the revision is the four digits, and follows the one
before).
"""

from gateway.store.callbacks import has_opted_out
from gateway.store.engine import Store
from gateway.store.faults import StoreBroken, StoreBusy, StoreEmpty, StoreFault, StoreInUse, StoreRefused
from gateway.store.inbound import leave_unread
from gateway.store.inspection import inspect
from gateway.store.outbound import cancel, put
from gateway.store.people import Resident
from gateway.store.schema import Tx, UtcDateTime, metadata, now

__all__ = [
    "Resident",
    "Store",
    "StoreBroken",
    "StoreBusy",
    "StoreEmpty",
    "StoreFault",
    "StoreInUse",
    "StoreRefused",
    "Tx",
    "UtcDateTime",
    "cancel",
    "has_opted_out",
    "inspect",
    "leave_unread",
    "metadata",
    "now",
    "put",
]
