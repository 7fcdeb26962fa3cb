"""What strace's lines prove, and what they do not."""

from __future__ import annotations

from tests.bench.syncs import Proof, proof, read_log

READ = '1 1.1 recvfrom(5<socket:[7]>, "POST /sms text=m-1x&", 4096, 0, NULL, NULL) = 20'
WRITE = '2 1.2 pwrite64(9</d/k.db-wal>, "..m-1x..", 4096, 0) = 4096'
SYNC = "2 1.3 fdatasync(9</d/k.db-wal>) = 0"
ANSWER = '1 1.4 sendto(5<socket:[7]>, "HTTP/1.1 200 OK", 15, 0, NULL, 0) = 15'


def judged(*lines: str) -> Proof:
    return proof(list(read_log(lines)), "m")


def test_a_letter_that_was_written_synced_and_answered_in_this_order_counts() -> None:
    assert judged(READ, WRITE, SYNC, ANSWER) == Proof(answered=1, synced=1, syncs=1)


def test_a_sync_before_the_writing_after_the_answer_of_another_file_or_in_vain_proves_nothing() -> None:
    other = SYNC.replace("k.db", "other.db")
    failed = SYNC.replace("= 0", "= -1 EIO (Input/output error)")
    for lines in (
        (READ, SYNC, WRITE, ANSWER),
        (READ, WRITE, ANSWER, SYNC),
        (READ, WRITE, other, ANSWER),
        (READ, WRITE, failed, ANSWER),
        (READ, SYNC, ANSWER),
    ):
        assert judged(*lines) == Proof(answered=1, synced=0, syncs=int(any("sync" in one for one in lines)))


def test_a_sync_that_ends_only_after_the_answer_has_begun_does_not_count() -> None:
    begun, ended = "2 1.3 fdatasync(9</d/k.db-wal> <unfinished ...>", "2 1.5 <... fdatasync resumed>) = 0"
    assert judged(READ, WRITE, begun, ANSWER, ended).synced == 0
    assert judged(READ, WRITE, begun, ended, ANSWER).synced == 1


def test_what_is_said_when_a_reading_is_resumed_is_read() -> None:
    begun = "1 1.0 recvfrom(5<socket:[7]>,  <unfinished ...>"
    ended = '1 1.1 <... recvfrom resumed>"POST /sms text=m-1x&", 4096, 0, NULL, NULL) = 20'
    assert judged(begun, SYNC, ended, WRITE, SYNC, ANSWER) == Proof(answered=1, synced=1, syncs=2)


def test_a_letter_that_nobody_answered_is_not_answered() -> None:
    assert judged(READ, WRITE, SYNC) == Proof(answered=0, synced=0, syncs=1)
