"""A virtual GSM network that ships with the product: modems on ptys, phones, siren controllers, a message centre."""

from modem.virtual.memory import memory_opener
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from modem.virtual.phone import Behaviour, Phone
from modem.virtual.pty import serve_audio_pty, serve_pty
from modem.virtual.settings import NetworkSettings
from modem.virtual.siren import Siren, SirenMode, SirenState
from modem.virtual.tcp import serve_tcp

__all__ = [
    "Behaviour",
    "Network",
    "NetworkSettings",
    "Phone",
    "Siren",
    "SirenMode",
    "SirenState",
    "VirtualModem",
    "memory_opener",
    "serve_audio_pty",
    "serve_pty",
    "serve_tcp",
]
