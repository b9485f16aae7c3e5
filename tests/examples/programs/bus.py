#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A client and a server on a message bus, "system" or an address. What it does is what it
is called, so that it has that name in a trace too.

server BUS            takes one call with open files, says which, and ends
client BUS FILE...    makes that call
"""
import os
import sys
import time

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME = "org.example.Fdpass"
PATH = "/org/example/Fdpass"


class Server(dbus.service.Object):
    def __init__(self, bus, loop):
        super().__init__(bus, PATH)
        self.loop = loop

    @dbus.service.method(NAME, in_signature="ah")
    def Take(self, files):
        for file in files:
            fd = file.take()
            print("received", os.readlink(f"/proc/self/fd/{fd}"), flush=True)
        GLib.timeout_add(100, self.loop.quit)


def serve(bus):
    loop = GLib.MainLoop()
    Server(bus, loop)
    bus.request_name(NAME)
    loop.run()


def call(bus, names):
    while not bus.name_has_owner(NAME):
        time.sleep(0.05)
    files = [dbus.types.UnixFd(os.open(name, os.O_RDONLY)) for name in names]
    bus.call_blocking(NAME, PATH, NAME, "Take", "ah", [files])


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
address = sys.argv[1]
connection = dbus.SystemBus() if address == "system" else dbus.bus.BusConnection(address)
if os.path.basename(sys.argv[0]) == "server":
    serve(connection)
else:
    call(connection, sys.argv[2:])
