"""Kentongan's front door: builds every room once, opens in order, closes in reverse; and the command line."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import config.commands
import dispatch.commands
import eservices.commands
import eservices.pages
import gateway.commands
import gateway.described.commands
import ivr.commands
import modem.commands
from config.city import City
from config.cli import Terminal
from config.clock import Clock
from config.command import DONE, INTERRUPTED, NOT_HERE, NOT_SO, Command, CommandError, Context, Needs
from config.crash import CrashPoint, kill_at, no_crash
from config.log import start_logging
from config.private import own
from config.settings import Settings
from dispatch.console.opening import open_console
from dispatch.console.serving import Mounted
from dispatch.cries import Cries
from dispatch.desk import EmergencyDesk
from dispatch.doctor import doctor_of
from dispatch.locate import locator_of
from dispatch.loop import Dispatch
from dispatch.reading import reader_of
from dispatch.talk import with_emergencies
from dispatch.voice import Lines
from dispatch.voice_caller import hands
from eservices.bus.vehicles import BusesSeen
from eservices.calling.hands import CallOutHands
from eservices.calling.rounds import CallOuts
from eservices.clinic.staff import ClinicDesk
from eservices.complaints.offices.desk import OfficeDesk
from eservices.desk import LastDesk
from eservices.figures import SHEAF as SERVICES
from eservices.lookup.sources.doctor import asked as sources_asked
from eservices.lookup.sources.house import Looking
from eservices.lookup.standing.duties.desk import DutyDesk
from eservices.rounds import Rounds
from eservices.services import chores, services
from eservices.understood import Understood
from gateway.commanding import STORE, Inside, carry_out
from gateway.disk import Disk
from gateway.http import command_socket
from gateway.leading import Led
from gateway.nik import nik_key
from gateway.packs import carried_over
from gateway.page import Floor
from gateway.post import Above, Ground, Post, open_post
from gateway.pulse import Bell, Pulse, all_running
from gateway.registry import Resident, sample_residents
from gateway.store import Store, StoreFault
from gateway.store.people import save
from gateway.store_watch import watch_store
from gateway.watchdog import notify, told_to_stop, until_stopped
from ivr.house import Speaking, Voices, open_voice
from ivr.talking import Talking
from modem.port import Opener, open_port

if TYPE_CHECKING:
    from gateway.virtual.stage import Stage

LAST_RESORT_S = 20.0  # seconds that a broken store may still take to tell the command centre what it could not keep
STOP_WITHIN = 7.0  # seconds for what is on the wire to end; SIGTERM promises 10 in all
PACE_S = 0.1  # seconds of a frame in the script: on virtual time each costs a timer


@dataclass(slots=True)
class House:
    """Every room, built once. ``loops``: what runs. ``broken``: set when the store can keep nothing any more."""

    ground: Ground
    post: Post
    voices: Voices
    dispatch: Dispatch
    desk: EmergencyDesk
    rounds: Rounds
    page: Bell
    loops: dict[str, Callable[[], Awaitable[None]]]
    broken: asyncio.Event

    @property
    def store(self) -> Store:
        return self.ground.store

    @property
    def pulse(self) -> Pulse:
        return self.ground.pulse

    def wake(self) -> None:
        """Something was committed by a person's command, on the page or by another process: every loop looks."""
        self.post.wake()
        self.dispatch.look()
        self.rounds.look()

    async def pick_up(self) -> None:
        """What the desks must remember from before they began to read here."""
        await self.desk.pick_up(self.store)
        await self.post.conversation.pick_up(self.store)


def _desks(ground: Ground, house: Callable[[], House]) -> tuple[EmergencyDesk, Above]:
    """Who reads letters and answers calls. ``house`` is asked for rooms that are built later."""
    city, clock, secret = ground.city, ground.clock, nik_key(ground.settings.data_dir)
    looking = Looking(ground, lambda: house().post.conversation)
    last = LastDesk(city, clock, talks=lambda: house().post.conversation)
    desk = EmergencyDesk(
        city,
        clock,
        otherwise=last,
        look=lambda numbers: house().dispatch.look(numbers),
        asked=lambda number: house().dispatch.ringing_back.awaits(number),
        vehicles=(buses := BusesSeen(city)),
    )
    alarms = Cries(city)
    offices = OfficeDesk(city, clock, otherwise=lambda: (house().post.conversation, desk, last), alarm=alarms.alarm)
    clinic = ClinicDesk(city, clock, otherwise=lambda: (house().post.conversation, desk, last), alarm=alarms.alarm)
    return desk, Above(
        first=(DutyDesk(city, clock, offices, alarm=alarms.alarm), offices, clinic),
        desks=(desk, last),
        dialogues=with_emergencies(
            city, services(city, locator_of(city), reader_of(city), secret, looking.finder), buses
        ),
        alarms=alarms,
        modem_changed=lambda: house().voices.looked_at(),
        answers=lambda modem, caller: house().voices.answers(modem, caller),
        beside=looking,
    )


@contextlib.asynccontextmanager
async def built_house(
    settings: Settings,
    city: City,
    clock: Clock,
    store: Store,
    opener: Opener,
    crash: CrashPoint,
    speaking: Speaking | None = None,
) -> AsyncIterator[House]:
    """Join the rooms. Nothing runs yet. Rooms that wake each other are joined by names bound further down."""
    pulse, page = Pulse(clock), Bell()
    disk = Disk(settings.data_dir, clock, pulse)
    ground = Ground(settings=settings, city=city, clock=clock, store=store, pulse=pulse, crash=crash, disk=disk)
    desk, above = _desks(ground, lambda: house)
    async with (
        open_voice(ground, speaking, done=lambda: house.wake()) as voices,
        open_post(ground, above, opener) as post,
    ):
        legs, board = voices.connect(post.modems), voices.switchboard
        lines = Lines(free=legs.free, voices=legs.free_voices, holds=voices.holds)
        board.serve(*hands(city, lines), CallOutHands(), Talking(above.dialogues, city, post.inbox))
        dispatch = Dispatch(store, city, legs, board, clock, pulse, crash=crash, bells=(page,), outbox=post.outbox.wake)
        voices.answer(post.callbacks, post.inbox.missed, dispatch.ringing_back.awaits)
        rounds = Rounds((*chores(city), desk.following), store, clock, pulse, wake=post.outbox.wake)
        house = House(ground, post, voices, dispatch, desk, rounds, page, {}, watch_store(store, pulse, disk))
        led = Led(store, clock, pulse, house.pick_up)
        house.loops = {**post.loops, **voices.loops, **above.beside.loops, "disk": disk.run}
        outs = CallOuts(store, city, legs, board, clock, pulse, alarms=above.alarms, wake=post.outbox.wake)
        led_loops = {"inbox": post.inbox.run, "dispatch": dispatch.run, "services": rounds.run, "call-outs": outs.run}
        house.loops |= {name: led.loop(name, run) for name, run in {**led_loops, **above.beside.led}.items()}
        store.listen(house.wake)
        await house.pick_up()
        yield house


@contextlib.asynccontextmanager
async def open_house(
    settings: Settings,
    city: City,
    clock: Clock,
    *,
    opener: Opener = open_port,
    crash: CrashPoint = no_crash,
    speaking: Speaking | None = None,
    inline: bool = False,
) -> AsyncIterator[House]:
    """Open the store, join the rooms, start every loop; close all in reverse. Raises StoreRefused."""
    own(settings.data_dir)
    async with (
        await Store.open(settings.data_dir / STORE, clock, url=settings.store.url, inline=inline) as store,
        carried_over(store, city),
        built_house(settings, city, clock, store, opener, crash, speaking) as house,
        all_running(house.loops, clock) as tasks,
    ):
        try:
            yield house
        finally:  # letters on the wire are finished, calls are hung up, then the modems are let go
            house.post.outbox.stop()
            tasks["inbox"].cancel()
            callers = [tasks["dispatch"], tasks["call-outs"]]
            for task in callers:
                task.cancel()
            await asyncio.wait([tasks["outbox"], *callers], timeout=STOP_WITHIN)


async def _run(context: Context, asked: Namespace) -> int:
    spec = os.environ.get("KENTONGAN_CRASH_AT") if asked.test_faults else None
    return await _until_told(context, crash=kill_at(spec) if spec else no_crash)


async def _demo(context: Context, asked: Namespace) -> int:
    from eservices.virtual.stage import on_stage  # the virtual world: the program at work has no use for its memory
    from gateway.virtual.scripted import play_script

    if asked.script:
        return DONE if await play_script(context, _at_pace) else NOT_SO
    settings, city = context.settings, context.city
    people = sample_residents(city, context.clock.now())
    async with on_stage(settings.data_dir / "virtual", city, context.clock, people) as stage:
        return await _until_told(replace(context, settings=stage.settings(settings, city)), stage=stage, people=people)


async def _until_told(
    context: Context,
    *,
    crash: CrashPoint = no_crash,
    stage: Stage | None = None,
    people: Sequence[Resident] = (),
) -> int:
    """The main job: every room open, until a signal or a broken store ends it."""
    start_logging(logging.INFO if stage is None else logging.WARNING)
    told, settings, city, clock = told_to_stop(), context.settings, context.city, context.clock
    for sample in city.samples()[:1]:
        context.out.note(f"{city.title}: {len(city.samples())} entries are SAMPLE DATA (first: {sample}); see 'doctor'")
    async with contextlib.AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(settings, city, clock, crash=crash))
        await house.store.write(lambda tx: [save(tx, one) for one in people])
        store, wake = house.store, house.wake
        inside = Inside(commands=COMMANDS, settings=settings, city=city, clock=clock, store=store, wake=wake)
        await stack.enter_async_context(command_socket(settings.data_dir, inside))
        world = stage.pages if stage else None
        mounted = Mounted(callbacks=house.post.callbacks, world=world, sounds=house.voices.sounds)
        floor = Floor(store=store, city=city, clock=clock, settings=settings, pulse=house.pulse, wake=wake)
        console = open_console(floor, house.page, eservices.pages.wings(floor), mounted, context.out)
        url = await stack.enter_async_context(console)
        house.voices.listening(url)
        if stage is not None:
            stage.ready(url)
        notify("READY=1")
        context.out.row({"ready": True, "url": url, "pid": os.getpid()}, f"kentongan is ready: {url}")
        code = await until_stopped(clock, house.pulse, house.broken, told)
        await house.post.last_resort.finish(LAST_RESORT_S)
        return code


def _at_pace(settings: Settings, city: City, clock: Clock, opener: Opener) -> AbstractAsyncContextManager[House]:
    return open_house(settings, city, clock, opener=opener, speaking=Speaking(pace_s=PACE_S))


def _run_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--test-faults", action="store_true", help="obey KENTONGAN_CRASH_AT (tests only)")


def _demo_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--script", action="store_true", help="play the walk in the terminal, on virtual time")


COMMANDS: tuple[Command, ...] = (
    *config.commands.COMMANDS,
    *modem.commands.COMMANDS,
    *gateway.commands.COMMANDS,
    *gateway.described.commands.COMMANDS,
    *ivr.commands.COMMANDS,
    *dispatch.commands.commands(Understood, (SERVICES,), eservices.commands.BROUGHT_BACK),
    *eservices.commands.COMMANDS,
    doctor_of(sources_asked),
    Command(name=("run",), help="the main job, for ever", needs=Needs.CITY, run=_run, arguments=_run_arguments),
    Command(name=("demo",), help="run on a virtual network", needs=Needs.CITY, run=_demo, arguments=_demo_arguments),
)


def main(argv: Sequence[str] | None = None) -> int:
    """The ``kentongan`` command; returns its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    out = Terminal(as_json="--json" in words)
    try:
        return asyncio.run(carry_out(COMMANDS, words, out, os.environ))
    except CommandError as error:
        out.note(str(error))
        return error.code
    except (StoreFault, OSError) as error:  # what this machine does not give
        out.note(str(error))
        return NOT_HERE
    except KeyboardInterrupt:
        return INTERRUPTED
