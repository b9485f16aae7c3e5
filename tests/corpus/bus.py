#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""bus.py server ADDRESS: owns a name on the bus, takes one call with descriptors, ends
bus.py client ADDRESS FILE...: makes that call
bus.py colord ADDRESS FILE: gives colord a colour profile
"""
import os
import sys
import time

from gi.repository import Gio, GLib

NAME = "org.example.Corpus"
PATH = "/org/example/Corpus"
XML = f"""<node><interface name='{NAME}'><method name='Take'>
<arg type='ah' direction='in'/></method></interface></node>"""


def serve(bus):
    loop = GLib.MainLoop()

    def take(_bus, _sender, _path, _interface, _method, _parameters, call):
        for fd in call.get_message().get_unix_fd_list().steal_fds():
            print("received", os.readlink(f"/proc/self/fd/{fd}"), flush=True)
        call.return_value(None)
        GLib.timeout_add(100, loop.quit)

    node = Gio.DBusNodeInfo.new_for_xml(XML)
    bus.register_object(PATH, node.interfaces[0], take, None, None)
    Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.NONE, None, None)
    loop.run()


def owner_wait(bus):
    for _ in range(200):
        if bus.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner",
                         GLib.Variant("(s)", (NAME,)), None, 0, 5000, None)[0]:
            return
        time.sleep(0.05)
    sys.exit("nobody owns " + NAME)


def call(bus, where, method, signature, arguments, files):
    fds = Gio.UnixFDList()
    for file in files:
        fds.append(os.open(file, os.O_RDONLY))
    bus.call_with_unix_fd_list_sync(*where, method, GLib.Variant(signature, arguments), None,
                                    0, 8000, fds, None)


role, address, files = sys.argv[1], sys.argv[2], sys.argv[3:]
flags = Gio.DBusConnectionFlags
connection = Gio.DBusConnection.new_for_address_sync(
    address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)
if role == "server":
    serve(connection)
elif role == "client":
    owner_wait(connection)
    call(connection, (NAME, PATH, NAME), "Take", "(ah)", (list(range(len(files))),), files)
else:
    colord = "org.freedesktop.ColorManager"
    call(connection, (colord, "/org/freedesktop/ColorManager", colord),
         "CreateProfileWithFd", "(ssha{sv})", ("corpus", "temp", 0, {}), files)
