"""The ledger in the store: one row an effect, settled once, never dialled unclaimed."""

from __future__ import annotations

from pathlib import Path

from dispatch import store
from dispatch.plan import Effect, EffectKind, EffectState
from tests.dispatch.stage import ANI, GINA, Stage, play


def _call(wave: int) -> Effect:
    return Effect(incident=1, kind=EffectKind.CALL, target=ANI, wave=wave, round=9, tier=0)


def test_an_effect_is_written_once_claimed_once_and_settled_once(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=1)
        await stage.without_dispatch()
        effect, now = _call(wave=77), stage.clock.now()
        write = stage.store.write
        assert await write(lambda tx: store.intend(tx, effect, now)) is True
        assert await write(lambda tx: store.intend(tx, effect, now)) is False
        assert [row.effect.key for row in await stage.rows()].count(effect.key) == 1
        assert await write(lambda tx: store.claim(tx, effect.key, now)) is True
        assert await write(lambda tx: store.claim(tx, effect.key, now)) is False, "only one dials"
        assert await write(lambda tx: store.settle(tx, effect.key, EffectState.DONE, now)) is True
        assert await write(lambda tx: store.settle(tx, effect.key, EffectState.FAILED, now)) is False
        (row,) = [row for row in await stage.rows() if row.effect.key == effect.key]
        assert row.state is EffectState.DONE, "the first account stands"

    play(tmp_path, scene)


def test_what_was_withdrawn_before_the_wire_is_never_claimed(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=1)
        await stage.without_dispatch()
        effect, now = _call(wave=78), stage.clock.now()
        write = stage.store.write
        await write(lambda tx: store.intend(tx, effect, now))
        assert await write(lambda tx: store.withdraw(tx, [effect.key], now)) == [effect.key]
        assert await write(lambda tx: store.claim(tx, effect.key, now)) is False
        assert await write(lambda tx: store.withdraw(tx, [effect.key], now)) == []

    play(tmp_path, scene)
