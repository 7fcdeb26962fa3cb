"""Run by the bench in its own process: python-gsmmodem-new as a gateway would use it, without losing letters.

Lists what is stored, commits each letter to SQLite, deletes it by its index. Then sends ``n`` letters for each line
``number n`` on stdin, and commits after each that it was sent.
"""

from __future__ import annotations

import sqlite3
import sys

from gsmmodem.modem import GsmModem


def main(device: str, store: str) -> None:
    opened = sqlite3.connect(store, isolation_level=None)
    opened.execute("pragma journal_mode=wal")
    opened.execute("pragma synchronous=full")
    opened.execute("create table letter (id integer primary key, sender text, text text)")
    opened.execute("create table sent (id integer primary key, recipient text, text text)")
    modem = GsmModem(device, 115200, AT_CNMI="2,1,0,0")  # reports that come in between would corrupt its submits
    modem.connect()
    try:
        for sms in modem.listStoredSms():
            opened.execute("insert into letter (sender, text) values (?, ?)", (sms.number, sms.text))
            modem.deleteStoredSms(sms.index)
        for line in sys.stdin:
            number, count = line.split()
            for at in range(int(count)):
                text = f"Pesan nomor {at} dari kota."
                modem.sendSms(number, text)
                opened.execute("insert into sent (recipient, text) values (?, ?)", (number, text))
    finally:
        modem.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
