// The map on an incident's own page: its place, the nearest stations, and, while it is open, putting the place right.
import { pointMap } from "./pick.js";

const room = document.querySelector("#sheet-map");
const field = document.querySelector("#sheet-place input[name=text]");
if (room) await pointMap(room, { place: JSON.parse(room.dataset.place), stations: JSON.parse(room.dataset.stations), field });
