"""``kentongan provider check``: what the program understood of a provider's description."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from config.command import DONE, NOT_SO, Command, CommandError, Context, Needs, Out
from config.provider import Description
from config.provider_read import read_provider
from config.provider_settings import find_description
from gateway.described.account import Account
from gateway.described.example import coming_in, example_account, going_out, in_words


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the description, or the name of one that ships")


async def _check(context: Context, asked: Namespace) -> int:
    path = find_description(asked.file)
    if path is None:
        raise CommandError(f"there is no file {asked.file}, and no description of that name ships")
    described, faults = read_provider(path)
    for one in faults:
        context.out.row({"file": one.file, "line": one.line, "message": one.message}, str(one))
    if described is None:
        context.out.note(f"{path}: {len(faults)} {'fault' if len(faults) == 1 else 'faults'}; mend them all")
        return NOT_SO
    account = example_account(described)
    _settings(context.out, described)
    _in(context.out, account)
    _out(context.out, account)
    for remark in _remarks(described):
        context.out.note(f"{path}: {remark}")
    context.out.note(f"{path}: no fault. Does it look like what the provider's pages say?")
    return DONE


def _remarks(told: Description) -> list[str]:
    """What works, and would work better with one more field."""
    remarks = []
    if told.sms is not None and "id" not in told.sms.way.names:
        remarks.append("[sms] has no id: a letter that is posted again is known only by its words and its time")
    if told.ussd is not None and not {"path", "turn"} & told.ussd.way.names.keys():
        remarks.append("[ussd] has neither path nor turn: a turn posted again counts as the same key pressed twice")
    if told.send is not None and told.delivery is None:
        remarks.append("no [delivery]: letters end as handed over, nobody learns whether they arrived")
    if told.send is not None and told.send.ucs2 is None:
        remarks.append("no [send.ucs2]: what the GSM alphabet lacks goes out as its nearest letters, or as ?")
    return remarks


def _settings(out: Out, told: Description) -> None:
    needed = [key for key, default in told.values.items() if not default]
    optional = {key: default for key, default in told.values.items() if default}
    row = {"part": "provider", "name": told.name, "title": told.title, "values": needed, "optional": optional}
    out.row(row, f"{told.name}: {told.title or 'no title'}")
    out.row({"part": "values", "needed": needed}, f"  the settings must give: {', '.join(needed) or 'nothing'}")
    for key, default in optional.items():
        out.row({"part": "values", "name": key, "default": default}, f"  the settings may change: {key} = {default!r}")


def _in(out: Out, account: Account) -> None:
    for one in coming_in(account):
        words = in_words(one.said)
        row = {"part": one.what, "curl": one.curl, "read": words, "answers": one.answers}
        lines = [f"{one.what} comes in:", f"  {one.curl}", f"  read as    {words}"]
        out.row(row, "\n".join([*lines, *(f"  answered   {answer}" for answer in one.answers)]))


def _out(out: Out, account: Account) -> None:
    for what, request in going_out(account):
        headers = [f"{name}: {value}" for name, value in request.headers]
        body = request.body.decode()
        row = {"part": what, "method": request.method, "url": request.url, "headers": headers, "body": body}
        lines = [f"{what} goes out:", f"  {request.method} {request.url}", *(f"  {line}" for line in headers)]
        out.row(row, "\n".join([*lines, *([f"  {body}"] if body else [])]))
    send = account.description.send
    if send is None:
        return
    for rule in send.rules:
        said = [f"status {sorted(rule.status)}"] if rule.status else []
        said += [f"body like {rule.body!r}"] if rule.body else []
        said += [f"{rule.json} is {sorted(rule.values) or 'there'}"] if rule.json else []
        out.row({"part": "answer", "if": said, "means": rule.means}, f"  answer with {', '.join(said)}: {rule.means}")


COMMANDS: tuple[Command, ...] = (
    Command(
        name=("provider", "check"),
        help="say what is understood of a provider's description, with examples",
        needs=Needs.NOTHING,
        run=_check,
        arguments=_arguments,
    ),
)
