"""The real hash, few of them: each takes 64 MiB and a while."""

from __future__ import annotations

import asyncio

from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from dispatch.console.access.hashing import NOBODYS, Hasher


async def test_passwords_are_kept_by_argon2id_in_the_low_memory_profile_of_rfc_9106() -> None:
    hasher = Hasher()
    kept = await hasher.hash("kata sandi é")
    assert extract_parameters(kept) == RFC_9106_LOW_MEMORY == extract_parameters(NOBODYS)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert await hasher.verify(kept, "kata sandi e\u0301", usual=True)
    assert not await hasher.verify(kept, "kata sandi e", usual=False)
    assert not await hasher.verify("", "", usual=False)
    assert not await hasher.verify("$argon2id$broken", "x", usual=False)
    assert not await hasher.verify(await hasher.hash("x" * 2000), "x" * 2000, usual=False)  # nobody hashes books


async def test_one_hash_is_made_at_a_time_and_a_stranger_waits_behind_who_is_known() -> None:
    hasher = Hasher()
    done: list[str] = []

    async def check(name: str, *, usual: bool) -> None:
        await hasher.verify("", "x", usual=usual)
        done.append(name)

    strangers = [asyncio.create_task(check(f"stranger {one}", usual=False)) for one in range(4)]
    await asyncio.sleep(0)
    await asyncio.gather(*strangers, check("known", usual=True))
    assert done.index("known") <= 1
