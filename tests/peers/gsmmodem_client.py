"""Run by the test in its own process: python-gsmmodem-new as its manual shows it. Prints what it saw as JSON."""

from __future__ import annotations

import json
import sys
import threading
import time

from gsmmodem.modem import GsmModem


def main(device: str, number: str, expected: str) -> None:
    texts: list[tuple[str, str]] = []
    done = threading.Event()

    def received(sms: object) -> None:
        texts.append((sms.number, sms.text))  # type: ignore[attr-defined]
        if len(texts) == int(expected):
            done.set()

    modem = GsmModem(device, 115200, smsReceivedCallbackFunc=received)
    modem.connect()
    try:
        seen = {"imei": modem.imei, "network": modem.networkName, "signal": modem.signalStrength}
        print(json.dumps({"ready": True}), flush=True)
        if not done.wait(20):
            modem.processStoredSms()  # a notice that came in the middle of a command is lost to it on a busy machine
        seen["ussd"] = modem.sendUssd("*888#").message  # first: it leaves CSCS="UCS2" behind a UCS-2 text
        for line in sys.stdin:
            modem.sendSms(number, json.loads(line))
        time.sleep(0.2)
    finally:
        modem.close()
    print(json.dumps({**seen, "texts": texts}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
