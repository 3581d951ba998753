"""A GTK 4 window with a text view, an entry and a password entry; it writes their contents to $FIELDS."""

import json
import os
from pathlib import Path

import gi

gi.require_version("Gtk", "4.0")
from gi.repository import GLib, Gtk  # noqa: E402


def activate(application: Gtk.Application) -> None:
    window = Gtk.ApplicationWindow(application=application, title="Fields")
    window.set_default_size(640, 300)
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=8)
    window.set_child(box)
    view = Gtk.TextView(wrap_mode=Gtk.WrapMode.WORD, vexpand=True)
    entry, secret = Gtk.Entry(), Gtk.PasswordEntry()
    for each in (view, entry, secret):
        box.append(each)

    fields = {"view": view, "entry": entry, "secret": secret}

    def focus() -> str:
        holder = window.get_focus()  # can be a widget inside an entry
        return next(
            (
                name
                for name, each in fields.items()
                if holder and (holder == each or holder.is_ancestor(each))
            ),
            "",
        )

    def save(*_: object) -> None:
        buffer = view.get_buffer()
        text = buffer.get_property("text")
        held = {"view": text, "entry": entry.get_text(), "secret": secret.get_text(), "focus": focus()}
        new = Path(os.environ["FIELDS"] + ".new")
        new.write_text(json.dumps(held))
        new.replace(os.environ["FIELDS"])

    for each in (view.get_buffer(), entry, secret):
        each.connect("changed", save)
    window.connect("notify::focus-widget", save)
    window.present()
    view.grab_focus()
    GLib.timeout_add(200, save)


application = Gtk.Application(application_id="org.foreword.Fields")
application.connect("activate", activate)
application.run()
