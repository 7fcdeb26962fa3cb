"""Texts and words of the city bus (see ``texts.py``); their wording ships with each language."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, frozenset[str]] = {
    "label_bus": frozenset(),  # its line in the list of services
    "label_bus_lines": frozenset(),  # all lines
    # -- what is asked, and what is found
    "bus_where": frozenset(),  # which stop? (the choices are the lines, or the nearest stops)
    "bus_near": frozenset(),  # the stops nearest to the registered address
    "bus_which": frozenset(),  # several stops may be meant
    "bus_line_stops": frozenset({"busline"}),  # the stops of a line are the choices
    "bus_no_stop": frozenset({"typed"}),  # no stop of that name
    "bus_no_bus": frozenset({"bus"}),  # no bus of that number
    # -- a stop: its head, and a line for each bus
    "bus_at": frozenset({"stop"}),
    "bus_here": frozenset({"bus", "busline"}),
    "bus_minutes": frozenset({"bus", "busline", "minutes"}),
    "bus_last_seen": frozenset({"bus", "busline", "stop", "time"}),  # the tracker is silent
    "bus_unheard": frozenset({"busline"}),  # no fix of any bus of the line for an hour
    "bus_over": frozenset({"busline", "time"}),  # no more today
    "bus_early": frozenset({"busline", "time"}),  # not yet today
    # -- one bus
    "bus_is_here": frozenset({"bus", "busline", "stop", "time"}),
    "bus_is_near": frozenset({"bus", "busline", "stop", "time"}),
    "bus_was_near": frozenset({"bus", "busline", "stop", "time"}),
    "bus_is_unheard": frozenset({"bus", "busline"}),
    "bus_is_over": frozenset({"bus", "busline", "time"}),
    "bus_is_early": frozenset({"bus", "busline", "time"}),
    # -- an emergency in a bus
    "bus_alarm": frozenset({"bus"}),  # the end, on a screen: an alarm in a bus; its fix is the place
    "bus_place": frozenset({"bus", "stop", "time"}),  # for {place}: where its tracker saw it, and when
    "certainty_vehicle": frozenset(),  # for {certainty}
}
PHRASES: Mapping[str, str] = {
    "label_bus": "label",
    "label_bus_lines": "label",
    "bus_place": "place",
    "certainty_vehicle": "certainty",
}
WIDTHS: Mapping[str, int] = {"stop": 22, "busline": 12, "bus": 3, "typed": 24}
WORDS = frozenset({"bus", "bus_asked", "bus_counted", "bus_numbered", "bus_stand", "bus_vehicle"})
