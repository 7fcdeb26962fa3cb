"""``kentongan broadcast …``: news to many, counted before it is sent; ``kentongan warning …``: with a second person's
consent, at any hour."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable

from config.city_telling import FIELDS
from config.command import DONE, NOT_SO, USAGE, Command, CommandError, Context, Needs
from gateway.broadcast.areas import NoArea, area_of
from gateway.broadcast.asking import MOST_DAYS, NotSendable, Text, Wish, send, texts_of
from gateway.broadcast.consent import NotAgreed, Proposal, by_code, end, propose
from gateway.broadcast.estimate import estimate
from gateway.broadcast.showing import Json, broadcast_json, estimate_json, listed, shown
from gateway.broadcast.store.keeping import find
from gateway.broadcast.values import Broadcast, What
from gateway.number import normal
from gateway.store import Tx

LATEST = 20  # that ``list`` shows
OF_NOW = ("nobody", "grown", "twice")  # why not, though it was asked for as it should be
Run = Callable[[Context, Namespace], Awaitable[int]]


def _wished(context: Context, asked: Namespace) -> tuple[str, tuple[Text, ...]]:
    """The area and the texts. Raises CommandError."""
    first, typed = context.city.languages[0], dict[str, str]()
    for one in asked.text:
        language, mark, said = one.partition("=")
        typed |= {language: said} if mark and language in context.city.languages else {first: one}
    try:
        return area_of(context.city, asked.area), texts_of(context.city, typed)
    except (NoArea, NotSendable) as why:
        raise CommandError(str(why), USAGE) from None


async def _preview(context: Context, asked: Namespace) -> int:
    area, texts = _wished(context, asked)
    city, settings, now = context.city, context.settings, context.clock.now()
    found = await context.store.read(lambda tx: estimate(tx, city, settings, area, texts, What.BROADCAST, now))
    row = estimate_json(found)
    for text in texts:
        alphabet = "UCS-2: 70 characters a message" if text.ucs2 else "GSM alphabet"
        context.out.note(f"{text.language}: {text.parts} message(s), {alphabet}: {text.said}")
    until = found.ends_at.astimezone(city.timezone).strftime("%Y-%m-%d %H:%M") if found.ends_at else "no way out is set"
    spared = f"{row['opted_out']} wrote STOP, {row['quiet']} are quiet"
    context.out.row(
        row,
        f"{row['people']} people, {row['letters']} letters ({spared}), {row['parts']} messages by "
        f"{', '.join(row['ways']) or '-'}: Rp {row['cost']:,.0f}, {row['air_minutes']} minutes of air, until {until}",
    )
    return DONE


async def _acted(context: Context, work: Callable[[Tx], Broadcast]) -> int:
    """Do it and say how it stands. Raises CommandError."""
    city, now = context.city, context.clock.now()
    try:
        row = await context.store.write(lambda tx: broadcast_json(tx, city, work(tx), now))
    except (NotAgreed, NotSendable) as why:
        raise CommandError(str(why), NOT_SO if why.why in OF_NOW else USAGE) from None
    context.wake()
    context.out.row(row, _line(row))
    return DONE


async def _send(context: Context, asked: Namespace) -> int:
    area, texts = _wished(context, asked)
    city, now = context.city, context.clock.now()
    wish = Wish(area=area, texts=texts, seen=asked.letters, by=_name(asked), how="command", days=asked.days)
    return await _acted(context, lambda tx: send(tx, city, wish, now))


async def _propose(context: Context, asked: Namespace) -> int:
    city, now = context.city, context.clock.now()
    number = "" if asked.phone == "none" else _number(asked.phone)
    try:
        area = area_of(city, asked.area)
    except NoArea as why:
        raise CommandError(str(why), USAGE) from None
    wish = Proposal(
        template=asked.kind,
        area=area,
        said={name: getattr(asked, name) for name in FIELDS},
        by=_name(asked),
        how="command",
        number=number,
        over=asked.over,
    )
    return await _acted(context, lambda tx: propose(tx, city, wish, now))


async def _consent(context: Context, asked: Namespace) -> int:
    """Who consents is the person to whose telephone the code went, not who types it. A wrong one is a try, and kept."""
    city, now, number = context.city, context.clock.now(), _number(asked.number)

    def work(tx: Tx) -> Json | str:
        try:
            answered = by_code(tx, number, asked.code, "command", now)
        except NotAgreed as why:
            return str(why)
        if answered.agreed is not None:
            return broadcast_json(tx, city, answered.agreed, now)
        return f"that code does not hold; {answered.left} tries left" if answered.waits else "no warning waits for it"

    row = await context.store.write(work)
    if isinstance(row, str):
        raise CommandError(row, NOT_SO)
    context.wake()
    context.out.row(row, _line(row))
    return DONE


def _lists(what: What) -> Run:
    async def run(context: Context, asked: Namespace) -> int:
        city, now = context.city, context.clock.now()
        for row in await context.store.read(lambda tx: listed(tx, city, what, asked.limit, now)):
            context.out.row(row, _line(row))
        return DONE

    return run


def _shows(what: What) -> Run:
    async def run(context: Context, asked: Namespace) -> int:
        city, now = context.city, context.clock.now()
        row = await context.store.read(lambda tx: shown(tx, city, what, asked.id, now))
        if row is None:
            raise _none(what, asked.id)
        texts = [f"  {language}: {said}" for language, said in row["texts"].items()]
        context.out.row(row, "\n".join([_line(row), *texts]))
        return DONE

    return run


def _stops(what: What) -> Run:
    async def run(context: Context, asked: Namespace) -> int:
        by, now = _name(asked), context.clock.now()

        def work(tx: Tx) -> Broadcast:
            one = find(tx, asked.id)
            if one is None or one.what is not what:
                raise _none(what, asked.id)
            ended = end(tx, one, by, "command", now)
            if ended is None:
                raise CommandError(f"{what.value} {asked.id} is over already", NOT_SO)
            return ended

        return await _acted(context, work)

    return run


def _none(what: What, number: int) -> CommandError:
    return CommandError(f"there is no {what.value} {number}: 'kentongan {what.value} list' shows what there is")


def _number(typed: str) -> str:
    number = normal(typed)
    if number is None:
        raise CommandError(f"{typed!r} is not a subscriber's number", USAGE)
    return number


def _name(asked: Namespace) -> str:
    name = " ".join(asked.name.split())
    if not name:
        raise CommandError("--as needs the name of the person who asks for it", USAGE)
    return name


def _line(row: Json) -> str:
    state = "pauses by night" if row["pauses"] else "waits for a way" if row["stalls"] else row["state"]
    who = f"{row['asked_by']}, agreed by {row['agreed_by']}" if row["agreed_by"] else row["asked_by"]
    counts = f"{row['sent']} of {row['people']} left, {row['waiting']} wait, {row['left_out'] + row['refused']} spared"
    return f"{row['id']:>5}  {row['asked_at'][:16]}  {state:<15}  {row['area_said']:<24}  {counts}  by {who}"


def _text(parser: ArgumentParser) -> None:
    parser.add_argument("--area", default="all", metavar="CODE|NAME", help="an area, a district, AREA/3, or all")
    words = "in the city's first language, or LANGUAGE=TEXT; may be given once for each"
    parser.add_argument("--text", action="append", required=True, metavar="TEXT", help=words)


def _as(parser: ArgumentParser) -> None:
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="who asks for it")


def _send_arguments(parser: ArgumentParser) -> None:
    _text(parser)
    _as(parser)
    seen = "as the preview counted them; not sent where they are many more now"
    parser.add_argument("--letters", type=int, required=True, metavar="N", help=seen)
    parser.add_argument("--days", type=int, default=3, metavar="N", help=f"what has not left then stays, 1-{MOST_DAYS}")


def _propose_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--kind", default="", metavar="ID", help="a warning of the pack (telling.toml)")
    parser.add_argument("--area", default="all", metavar="CODE|NAME", help="an area, a district, AREA/3, or all")
    for name, most in FIELDS.items():
        parser.add_argument(f"--{name}", default="", metavar="WORDS", help=f"{most} characters at most")
    parser.add_argument("--over", type=int, metavar="ID", help="that warning is over: its kind and area")
    _as(parser)
    own = "the proposer's own telephone, which gets no code; 'none': none of the command centre's"
    parser.add_argument("--phone", required=True, metavar="NUMBER", help=own)


def _consent_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="the telephone to which the code went")
    parser.add_argument("code", metavar="CODE", help="six digits")


def _id(parser: ArgumentParser) -> None:
    parser.add_argument("id", type=int, metavar="ID", help="its number")


def _id_as(parser: ArgumentParser) -> None:
    _id(parser)
    _as(parser)


def _limit(parser: ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=LATEST, metavar="N", help="how many, newest first")


_R, _W, _B, _V = Needs.READ, Needs.WRITE, "broadcast", "warning"
_NEWS, _WARNS = What.BROADCAST, What.WARNING
TELLING: tuple[Command, ...] = (
    Command(name=(_B, "preview"), help="people, messages, money, air", needs=_R, run=_preview, arguments=_text),
    Command(name=(_B, "send"), help="begin it", needs=_W, run=_send, arguments=_send_arguments),
    Command(name=(_B, "stop"), help="send no more", needs=_W, run=_stops(_NEWS), arguments=_id_as),
    Command(name=(_B, "list"), help="newest first", needs=_R, run=_lists(_NEWS), arguments=_limit),
    Command(name=(_B, "show"), help="how far it is", needs=_R, run=_shows(_NEWS), arguments=_id),
    Command(name=(_V, "propose"), help="ask for consent", needs=_W, run=_propose, arguments=_propose_arguments),
    Command(name=(_V, "consent"), help="with a code", needs=_W, run=_consent, arguments=_consent_arguments),
    Command(name=(_V, "stop"), help="send no more", needs=_W, run=_stops(_WARNS), arguments=_id_as),
    Command(name=(_V, "list"), help="newest first", needs=_R, run=_lists(_WARNS), arguments=_limit),
    Command(name=(_V, "show"), help="how far it is", needs=_R, run=_shows(_WARNS), arguments=_id),
)
