"""``kentongan simulate`` as the command line knows it; the virtual world behind it is loaded when somebody asks for it,
because the program at work has no use for its memory."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from config.command import Command, Context, Needs

MOST_MODEMS = 64


async def _simulate(context: Context, asked: Namespace) -> int:
    from gateway.virtual.simulate import simulate

    return await simulate(context, asked)


def _count(text: str) -> int:
    value = int(text)
    if not 0 <= value <= MOST_MODEMS:
        raise ArgumentTypeError(f"from 1 to {MOST_MODEMS}; 0 goes with --provider")
    return value


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65_535:
        raise ArgumentTypeError("from 0 to 65535; 0: any free port")
    return value


def _address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ArgumentTypeError("an address like http://127.0.0.1:8080 is wanted")
    return text


def _profiles(text: str) -> list[str]:
    from modem.virtual.dialect import dialect

    try:
        return [dialect(name.strip()).name for name in text.split(",")]
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--modems", type=_count, default=1, metavar="N", help="how many modems (default 1)")
    parser.add_argument("--link", metavar="DIR", help="links DIR/modem1 … DIR/modemN to their ptys")
    parser.add_argument(
        "--tcp",
        type=_port,
        metavar="PORT",
        help=f"also on TCP: PORT, PORT+1 …, audio from PORT+{MOST_MODEMS}; 0: any free ports",
    )
    parser.add_argument("--http", type=_port, metavar="PORT", help="control and page by HTTP; 0: any free port")
    parser.add_argument(
        "--provider",
        type=_port,
        nargs="?",
        const=0,
        metavar="PORT",
        help="also a provider of SMS and USSD, on a port of its own (default any free one)",
    )
    parser.add_argument("--callback", type=_address, metavar="URL", help="the program it posts to")
    parser.add_argument("--secret", default="", metavar="S", help="posts go to URL/callbacks/africastalking/S/…")
    parser.add_argument(
        "--profile",
        type=_profiles,
        default=["generic"],
        metavar="P,…",
        help="generic, SIM800, SIM7600, EC25, Huawei; several are taken in turn",
    )
    parser.add_argument("--seed", type=int, default=0, help="fixes every chance that the network takes")
    parser.add_argument("--world", metavar="FILE", help="TOML file with the network's phones, sirens and settings")


SIMULATE = Command(
    name=("simulate",),
    help="a virtual GSM network: modems on ptys, phones, sirens, a message centre; a provider",
    needs=Needs.NOTHING,
    run=_simulate,
    arguments=_arguments,
    files=("world",),
)
